using System.Collections.Concurrent;
using Flags.Client;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Flags.EndToEnd.Tests;

/// <summary>A program of docs/recipes, compiled as it is, run as a process of its own.</summary>
internal static class RecipeProgram
{
    /// <summary>What a project uses without saying so.</summary>
    private const string Usings = """
        global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;
        """;

    private static readonly ConcurrentDictionary<string, Lazy<string>> Compiled = new();

    private static readonly MetadataReference[] References =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Append(typeof(FlagsClient).Assembly.Location).Distinct().Select(path => MetadataReference.CreateFromFile(path))];

    /// <summary>The command that runs it: words for bash.</summary>
    public static string Command(string name, params string[] arguments)
    {
        string beside = Path.Combine(AppContext.BaseDirectory, "Flags.EndToEnd.Tests");
        string program = Compiled.GetOrAdd(name, one => new Lazy<string>(() => Compile(one))).Value;
        return $"dotnet exec --runtimeconfig '{beside}.runtimeconfig.json' --depsfile '{beside}.deps.json' '{program}' {string.Join(' ', arguments.Select(a => $"'{a}'"))}";
    }

    private static string Compile(string name)
    {
        // Beside this assembly, whose dependencies are the program's too.
        string path = Path.Combine(AppContext.BaseDirectory, $"recipe-{name}.dll");
        string code = File.ReadAllText(Path.Combine(Readme.Root, "docs", "recipes", "workers", name + ".cs"));
        var options = new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable);
        var emitted = CSharpCompilation.Create($"recipe-{name}", [CSharpSyntaxTree.ParseText(code), CSharpSyntaxTree.ParseText(Usings)], References, options).Emit(path);
        Assert.True(emitted.Success, string.Join('\n', emitted.Diagnostics));
        return path;
    }
}
