using System.Diagnostics;
using Flags.Core;
using Flags.Testing;

namespace Flags.Api.Tests;

/// <summary>What a deploy script and a cron job do with nothing but curl, with the real curl.</summary>
public sealed class CurlSessionTests(Api api, ITestOutputHelper output)
{
    [Fact]
    public async Task A_deploy_and_a_job_need_nothing_but_curl()
    {
        Feature feature = await api.CreateAsync(enabled: true);
        string leases = $"/features/{feature.Name}/leases", hold = $"/holds/{Guid.NewGuid()}", lease = Guid.NewGuid().ToString();

        // A job is inside; the deploy holds, sees it, waits for it.
        string token = await CurlAsync($"-f -X PUT -H 'Accept: text/plain' --json '{{\"ttl\":\"15m\",\"holder\":\"nightly\"}}' $API{leases}/{lease}");
        Assert.True(long.Parse(token) > 0);
        string placed = await CurlAsync($"-f -X PUT --json '{{\"features\":[\"{feature.Name}\"],\"reason\":\"v42\",\"holder\":\"ci 17\",\"ttl\":\"30m\"}}' $API{hold}");
        Assert.Contains("nightly", placed);
        Assert.Contains("\"inFlight\":1", placed);
        Assert.Equal("423", await CurlAsync($"-o /dev/null -w '%{{http_code}}' $API{hold}/drained"));
        Assert.Equal("423", await CurlAsync($"-o /dev/null -w '%{{http_code}}' $API/features/{feature.Name}/check"));
        string refused = await CurlAsync($"-X POST $API{leases}");
        Assert.Contains("\"reason\":\"held\"", refused);
        Assert.Contains("ci 17", refused);

        // curl --retry understands 429 by itself: the job gets in when the deploy is over.
        Task<string> drained = CurlAsync($"-f \"$API{hold}/drained?wait=50s\"");
        Task<string> retried = CurlAsync($"-f --retry 30 --retry-delay 0 --retry-max-time 60 -X POST -H 'Accept: text/plain' \"$API{leases}?refuse=429\"");
        Assert.Contains("\"closing\":true", await CurlAsync($"-f --json '{{\"token\":{token}}}' $API/leases/{lease}/renew"));
        Assert.Contains("Flags-Lease-Was: live", await CurlAsync($"-f -i -X DELETE \"$API/leases/{lease}?token={token}\""));
        Assert.Contains("\"left\":1", await drained);
        Assert.Contains("Flags-Hold-Was: drained", await CurlAsync($"-f -i -X DELETE $API{hold}"));
        Assert.True(long.Parse(await retried) > long.Parse(token));
        Assert.Equal("410", await CurlAsync($"-o /dev/null -w '%{{http_code}}' $API{hold}/drained"));
    }

    private async Task<string> CurlAsync(string arguments)
    {
        var start = new ProcessStartInfo("/bin/bash") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add($"curl -sS -H \"Authorization: Bearer $KEY\" {arguments}");
        start.Environment["API"] = $"{api.Server.Address.ToString().TrimEnd('/')}/api/v1";
        start.Environment["KEY"] = TestServer.AdminKey;
        using Process curl = Process.Start(start)!;
        Task<string> errors = curl.StandardError.ReadToEndAsync();
        string text = await curl.StandardOutput.ReadToEndAsync();
        await curl.WaitForExitAsync();
        output.WriteLine($"curl {arguments}\n{text}{await errors}");
        return text;
    }
}
