using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Flags.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Flags.Client.Tests;

/// <summary>Certificates that must not be believed; the client trusts the authority of these tests, so that only what is wrong can be the reason.</summary>
public sealed class TlsTests : IDisposable
{
    private readonly RSA authorityKey = RSA.Create(2048), serverKey = RSA.Create(2048);
    private readonly X509Certificate2 authority;

    public TlsTests()
    {
        var request = new CertificateRequest("CN=Flags tests", authorityKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        authority = request.CreateSelfSigned(Today.AddDays(-100), Today.AddDays(100));
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static DateTimeOffset Today { get; } = TimeProvider.System.GetUtcNow();

    [Theory]
    [InlineData("expired")]
    [InlineData("of another name")]
    [InlineData("of nobody known")]
    public async Task A_wrong_certificate_is_an_outage_and_a_right_one_heals(string wrong)
    {
        using X509Certificate2 good = Issue(), bad = wrong switch
        {
            "expired" => Issue(until: Today.AddDays(-1)),
            "of another name" => Issue(address: IPAddress.Parse("127.0.0.9")),
            _ => SelfSigned(),
        };
        X509Certificate2 now = good;
        int version = 1;
        await using ScriptedServer server = await ScriptedServer.StartAsync(() => now);
        // A new connection each time, so that each meets the certificate of the moment.
        server.Snapshot = context =>
        {
            context.Response.Headers.Connection = "close";
            return ScriptedServer.SayAsync(context, ScriptedServer.Body(1, Volatile.Read(ref version), version == 1));
        };
        var time = new FakeTime();
        await using ServiceProvider provider = Services(server.Url, time);
        FlagsClient flags = provider.GetRequiredService<FlagsClient>();
        Assert.True(await flags.IsEnabledAsync("beta", null, Cancellation));

        now = bad;
        Volatile.Write(ref version, 2);
        await Clock.PassUntilAsync(time, () => flags.Status.Problem?.Contains("SecureConnectionError", StringComparison.Ordinal) == true, "the certificate is refused");
        Assert.True(flags.IsEnabled("beta"));
        Assert.Equal(1, flags.Status.Version);

        now = good;
        await Clock.PassUntilAsync(time, () => !flags.IsEnabled("beta"), "a right certificate heals");
    }

    public void Dispose()
    {
        authority.Dispose();
        authorityKey.Dispose();
        serverKey.Dispose();
    }

    private ServiceProvider Services(string url, FakeTime time)
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(time);
        services.AddFlags(options => (options.Url, options.ApiKey, options.Mode, options.Random) = (url, "flg_key", FlagsMode.Poll, () => 0.02));
        services.AddFlags(options => (options.Timeout, options.ReportUsage) = (TimeSpan.FromMinutes(5), false));
        services.AddHttpClient(FlagsRegistration.HttpClientName).UseSocketsHttpHandler((handler, _) => handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            CustomTrustStore = { authority },
        });
        return services.BuildServiceProvider();
    }

    private X509Certificate2 Issue(DateTimeOffset? until = null, IPAddress? address = null)
    {
        using X509Certificate2 bare = Request(address).Create(authority, Today.AddDays(-50), until ?? Today.AddDays(50), [1, 2, 3]);
        return WithKey(bare.CopyWithPrivateKey(serverKey));
    }

    private X509Certificate2 SelfSigned() => WithKey(Request(null).CreateSelfSigned(Today.AddDays(-50), Today.AddDays(50)));

    private CertificateRequest Request(IPAddress? address)
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(address ?? IPAddress.Loopback);
        var request = new CertificateRequest($"CN={address ?? IPAddress.Loopback}", serverKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(names.Build());
        return request;
    }

    private static X509Certificate2 WithKey(X509Certificate2 certificate) => X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
}
