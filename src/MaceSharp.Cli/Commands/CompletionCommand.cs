using System.CommandLine;
using MaceSharp.Cli.Help;

namespace MaceSharp.Cli.Commands;

/// <summary><c>mace completion</c>: scripts by which shells ask <c>mace</c> itself for completions, through its directive <c>[suggest:position]</c>.</summary>
internal static class CompletionCommand
{
    private const string Bash = """
        # bash completion of mace: add to ~/.bashrc: source <(mace completion bash)
        _mace() {
            local cur="${COMP_WORDS[COMP_CWORD]}" suggestion
            COMPREPLY=()
            while IFS= read -r suggestion; do
                # Options are offered once their dash is typed; before that, words and files.
                if [[ "$suggestion" == "$cur"* && ( "$cur" == -* || "$suggestion" != -* ) ]]; then
                    COMPREPLY+=("$suggestion")
                fi
            done < <("${COMP_WORDS[0]}" "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)
        }
        complete -o default -F _mace mace

        """;

    private const string Zsh = """
        #compdef mace
        # zsh completion of mace: add to ~/.zshrc, after compinit: source <(mace completion zsh)
        _mace() {
            local line="${(j: :)words[1,CURRENT]}"
            local -a suggestions
            suggestions=("${(@f)$("${words[1]}" "[suggest:${#line}]" "$line" 2>/dev/null)}")
            # Options are offered once their dash is typed; before that, words and files.
            if [[ "${words[CURRENT]}" != -* ]]; then
                suggestions=("${(@)suggestions:#-*}")
                _files
            fi
            compadd -a -- suggestions
        }
        compdef _mace mace

        """;

    private const string Fish = """
        # fish completion of mace: mace completion fish > ~/.config/fish/completions/mace.fish
        complete -c mace -a '(mace "[suggest:"(commandline -C)"]" (commandline -cp) 2>/dev/null)'

        """;

    private const string PowerShell = """
        # PowerShell completion of mace: add to $PROFILE: mace completion pwsh | Out-String | Invoke-Expression
        Register-ArgumentCompleter -Native -CommandName mace -ScriptBlock {
            param($wordToComplete, $commandAst, $cursorPosition)
            mace "[suggest:$cursorPosition]" "$commandAst" 2>$null | Where-Object { $_ -like "$wordToComplete*" } | ForEach-Object {
                [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
            }
        }

        """;

    /// <summary>Creates the command.</summary>
    public static Command Create(CliContext context)
    {
        Argument<string> shell = new("SHELL") { Description = "bash, zsh, fish or pwsh." };
        string[] shells = ["bash", "zsh", "fish", "pwsh"];
        shell.CompletionSources.Add(shells);
        shell.Validators.Add(result => ModelOptions.CheckWord(result, "SHELL", shells));
        DocumentedCommand command = new("completion", "Print a script that teaches a shell to complete mace commands.")
        {
            Examples =
            [
                new("source <(mace completion bash)", "for this bash; put it into ~/.bashrc for all"),
                new("mace completion fish > ~/.config/fish/completions/mace.fish", "for fish"),
            ],
        };
        command.Arguments.Add(shell);
        command.SetAction(result =>
        {
            context.Out.Write(result.GetValue(shell) switch { "bash" => Bash, "zsh" => Zsh, "fish" => Fish, _ => PowerShell });
            return ExitCodes.Success;
        });
        return command;
    }
}
