using System.Diagnostics;
using System.Text;
using Flags.Client;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Flags.Admin.Tests;

/// <summary>A C# block as a program of a web project, with the SDK beside it; compiled here, run as a process of its own.</summary>
internal sealed class CSharpProgram : IAsyncDisposable
{
    /// <summary>What a web project uses without saying so.</summary>
    private const string Usings = """
        global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;
        global using Microsoft.AspNetCore.Builder; global using Microsoft.AspNetCore.Http; global using Microsoft.Extensions.Configuration; global using Microsoft.Extensions.DependencyInjection; global using Microsoft.Extensions.Hosting; global using Microsoft.Extensions.Logging;
        """;

    private static readonly MetadataReference[] References =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Append(typeof(FlagsClient).Assembly.Location).Distinct().Select(path => MetadataReference.CreateFromFile(path))];

    private readonly string path;
    private readonly Process process;
    private readonly StringBuilder output = new();
    private readonly Task<string> errors;

    private CSharpProgram(string path, Process process) => (this.path, this.process, errors) = (path, process, process.StandardError.ReadToEndAsync());

    public static CSharpProgram Start(string code, string key, params string[] args)
    {
        // Beside this assembly, whose dependencies are the program's too.
        string path = Path.Combine(AppContext.BaseDirectory, $"block-{Guid.NewGuid():N}.dll");
        var options = new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable);
        var emitted = CSharpCompilation.Create(Path.GetFileNameWithoutExtension(path), [CSharpSyntaxTree.ParseText(code), CSharpSyntaxTree.ParseText(Usings)], References, options).Emit(path);
        Assert.True(emitted.Success, string.Join('\n', emitted.Diagnostics) + "\n" + code);
        string name = Path.Combine(AppContext.BaseDirectory, "Flags.Admin.Tests");
        var info = new ProcessStartInfo("dotnet", ["exec", "--runtimeconfig", name + ".runtimeconfig.json", "--depsfile", name + ".deps.json", path, .. args]) { RedirectStandardOutput = true, RedirectStandardError = true };
        info.Environment["FLAGS_API_KEY"] = key;
        // A program that has just started, beside others that do, on a busy machine.
        info.Environment["FLAGS_TIMEOUT"] = "60s";
        return new CSharpProgram(path, Process.Start(info) ?? throw new InvalidOperationException("dotnet was not started."));
    }

    /// <summary>Waits for its end.</summary>
    public async Task<(int Code, string Output)> EndAsync()
    {
        output.Append(await process.StandardOutput.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(60)));
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        return (process.ExitCode, output + await errors);
    }

    /// <summary>Waits until a web app says where it listens.</summary>
    public async Task<string> ListensAsync()
    {
        const string Words = "Now listening on: ";
        while (true)
        {
            string? line = await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60));
            if (line is null)
                Assert.Fail($"It ended: {output}{await errors}");
            output.Append(line).Append('\n');
            if (line!.IndexOf(Words, StringComparison.Ordinal) is >= 0 and var at)
                return line[(at + Words.Length)..];
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
        File.Delete(path);
    }
}
