using LibraryGuide;

// The snippets of docs/library.md, to be run from the root of the repository: dotnet run --project examples/LibraryGuide
BuildStructures.Run();
ReadAndWrite.Run();
ComputeProperties.Run();
EvaluateInLoops.Run();
AskCommittees.Run();
CompareEnvironments.Run();
TakeSecondDerivatives.Run();
CutModels.Run();
WritePotentials.Run();
