using System.Diagnostics;
using System.IO.Compression;
using System.Reflection;
using System.Xml.Linq;

namespace Flags.Client.Tests;

/// <summary>What <c>dotnet pack</c> makes, looked at as who installs it would.</summary>
public sealed class PackageTests : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("flags-pack-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync()
    {
        Directory.Delete(folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task The_package_has_both_targets_documentation_README_licence_and_symbols()
    {
        await PackAsync("Flags.Core");
        await PackAsync("Flags.Client");
        await using ZipArchive package = await OpenAsync("Flags.Client.*.nupkg"), symbols = await OpenAsync("Flags.Client.*.snupkg"), core = await OpenAsync("Flags.Core.*.nupkg");
        XElement manifest = await ManifestAsync(package);
        string Value(string name) => manifest.Elements().Single(element => element.Name.LocalName == name).Value;

        string[] files = ["README.md", .. from target in (string[])["net8.0", "net10.0"] from kind in (string[])["dll", "xml"] select $"lib/{target}/Flags.Client.{kind}"];
        Assert.Empty(files.Except(Names(package)));
        Assert.Empty(((string[])["lib/net8.0/Flags.Client.pdb", "lib/net10.0/Flags.Client.pdb"]).Except(Names(symbols)));
        Assert.Empty(((string[])["lib/net8.0/Flags.Core.dll", "lib/net10.0/Flags.Core.dll"]).Except(Names(core)));
        Assert.Equal(("Flags.Client", "MIT", "README.md"), (Value("id"), Value("license"), Value("readme")));
        Assert.True(Value("description").Length > 40 && Value("tags").Contains("feature-flags", StringComparison.Ordinal));
        string[] needed = [.. manifest.Descendants().Where(element => element.Name.LocalName == "dependency").Select(element => element.Attribute("id")!.Value).Distinct().Order(StringComparer.Ordinal)];
        string[] ours = ["Flags.Core", "Microsoft.Extensions.Diagnostics.HealthChecks", "Microsoft.Extensions.Hosting.Abstractions", "Microsoft.Extensions.Http", "Microsoft.FeatureManagement"];
        Assert.Empty(ours.Except(needed));
        // What those need is pinned, too, and nothing else.
        Assert.All(needed.Except(ours), id => Assert.Matches("^(Microsoft[.]Extensions[.]|System[.])", id));
        using var readme = new StreamReader(await package.GetEntry("README.md")!.OpenAsync(Cancellation));
        Assert.StartsWith("# Flags.Client", await readme.ReadToEndAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public void The_assemblies_say_that_they_can_be_trimmed() =>
        Assert.All((Assembly[])[typeof(FlagsClient).Assembly, typeof(Core.Snapshot).Assembly], assembly =>
            Assert.Contains(assembly.GetCustomAttributes<AssemblyMetadataAttribute>(), mark => mark is { Key: "IsTrimmable", Value: "True" }));

    private async Task PackAsync(string project)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, WorkingDirectory = ReadmeTests.Root };
        foreach (string argument in (string[])["pack", $"{project}/{project}.csproj", "-c", "Debug", "--no-restore", "-o", folder, "-nodeReuse:false"])
            start.ArgumentList.Add(argument);
        // Built already where the whole solution was; only then is nothing written that another build may be writing.
        if (File.Exists(Path.Combine(ReadmeTests.Root, project, "bin", "Debug", "net8.0", $"{project}.dll")))
            start.ArgumentList.Add("--no-build");
        using Process pack = Process.Start(start)!;
        string output = await pack.StandardOutput.ReadToEndAsync(Cancellation);
        await pack.WaitForExitAsync(Cancellation);
        Assert.True(pack.ExitCode == 0, output);
    }

    private Task<ZipArchive> OpenAsync(string pattern) => ZipFile.OpenReadAsync(Directory.GetFiles(folder, pattern).Single(), Cancellation);

    private static IEnumerable<string> Names(ZipArchive archive) => archive.Entries.Select(entry => entry.FullName);

    private static async Task<XElement> ManifestAsync(ZipArchive package)
    {
        await using Stream stream = await package.Entries.Single(entry => entry.FullName.EndsWith(".nuspec", StringComparison.Ordinal)).OpenAsync(Cancellation);
        return (await XDocument.LoadAsync(stream, LoadOptions.None, Cancellation)).Root!.Elements().Single();
    }
}
