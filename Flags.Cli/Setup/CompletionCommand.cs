using System.CommandLine;

namespace Flags.Cli;

/// <summary><c>flags completion</c>: prints what a shell must evaluate. The words come from <c>flags [suggest:N] LINE</c>, which System.CommandLine answers.</summary>
internal static class CompletionCommand
{
    private const string Bash = """
        _flags() {
          local line="${COMP_LINE:0:COMP_POINT}"
          COMPREPLY=($(compgen -W "$(flags "[suggest:${#line}]" "$line" 2> /dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _flags flags
        """;

    private const string Zsh = """
        #compdef flags
        _flags() {
          local -a words_
          words_=("${(@f)$(flags "[suggest:$CURSOR]" "$BUFFER" 2> /dev/null)}")
          compadd -a words_
          (( $#words_ )) || _files
        }
        compdef _flags flags
        """;

    private const string Fish = """
        complete -c flags -a '(flags "[suggest:"(commandline -C)"]" (commandline -p) 2> /dev/null)'
        """;

    private const string PowerShell = """
        Register-ArgumentCompleter -Native -CommandName flags -ScriptBlock {
          param($word, $ast, $cursor)
          flags "[suggest:$cursor]" "$ast" | Where-Object { $_ -like "$word*" } | ForEach-Object { [System.Management.Automation.CompletionResult]::new($_) }
        }
        """;

    private static readonly Argument<string> Shell = new Argument<string>("SHELL") { Description = "bash, zsh, fish or pwsh." }.AcceptOnlyFromAmong("bash", "zsh", "fish", "pwsh");

    public static Command Create()
    {
        Command command = new("completion", "Print a script that makes a shell complete commands and options.") { Shell };
        command.SetAction(parsed => Print(parsed.GetValue(Shell)!));
        return Examples.For(command, "eval \"$(flags completion bash)\"  # in ~/.bashrc", "flags completion fish > ~/.config/fish/completions/flags.fish", "flags completion pwsh | Out-String | Invoke-Expression");
    }

    private static int Print(string shell)
    {
        Results.Print(shell switch { "bash" => Bash, "zsh" => Zsh, "fish" => Fish, _ => PowerShell });
        return ExitCode.Ok;
    }
}
