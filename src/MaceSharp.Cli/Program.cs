using System.Runtime.InteropServices;
using MaceSharp.Cli;

using CancellationTokenSource cancellation = new();
using CliContext context = CliContext.ForConsole(cancellation.Token);

// The first signal asks the command to end in good order; a second one of the same kind ends the process at once.
int signalExitCode = ExitCodes.Interrupted;
void OnSignal(PosixSignalContext signal)
{
    if (cancellation.IsCancellationRequested) { return; }
    signal.Cancel = true;
    signalExitCode = signal.Signal == PosixSignal.SIGTERM ? ExitCodes.Terminated : ExitCodes.Interrupted;
    cancellation.Cancel();
}

using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);

int exitCode = Cli.Run(args, context);
return exitCode == ExitCodes.Interrupted ? signalExitCode : exitCode;
