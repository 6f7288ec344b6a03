using System.Runtime.CompilerServices;

namespace Flags.Client.Tests;

/// <summary>What others build on changes only on purpose: FLAGS_UPDATE_PUBLIC_API=1 writes the files anew, and the review sees the difference.</summary>
public sealed class PublicApiTests
{
    [Theory]
    [InlineData(typeof(FlagsClient))]
    [InlineData(typeof(Core.Feature))]
    public async Task The_public_surface_is_the_one_on_file(Type inside)
    {
        string file = Path.Combine(Folder(), inside.Assembly.GetName().Name + ".txt");
        string now = PublicSurface.Of(inside.Assembly);
        if (Environment.GetEnvironmentVariable("FLAGS_UPDATE_PUBLIC_API") == "1")
            await File.WriteAllTextAsync(file, now, TestContext.Current.CancellationToken);

        Assert.Equal(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), now);
    }

    private static string Folder([CallerFilePath] string here = "") => Path.GetDirectoryName(here)!;
}
