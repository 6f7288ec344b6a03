using System.Diagnostics;
using Flags.Testing;

namespace Flags.Client.Tests;

/// <summary>Whatever is no answer of Flags is a FlagsUnavailableException that says what to look at.</summary>
public sealed class OutageTests
{
    private const string Problem503 = """{"type":"urn:flags:problem:unavailable","title":"Down","status":503,"detail":"The database does not answer.","next":"Wait."}""";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_refused_connection_names_the_address()
    {
        string url = Listener.Refusing();
        FlagsUnavailableException outage = await OutageAsync(url);

        Assert.Contains(url, outage.Message, StringComparison.Ordinal);
        Assert.Contains("FLAGS_URL", outage.Message, StringComparison.Ordinal);
        Assert.IsType<HttpRequestException>(outage.InnerException);
        Assert.Null(outage.Status);
    }

    [Fact]
    public async Task A_silent_server_is_given_up_after_the_timeout()
    {
        await using var silent = Listener.Silent();
        long started = Stopwatch.GetTimestamp();

        FlagsUnavailableException outage = await OutageAsync(silent.Url, TimeSpan.FromMilliseconds(200));

        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.FromMilliseconds(150), TimeSpan.FromSeconds(10));
        Assert.Contains("within 0.2 s (FLAGS_TIMEOUT)", outage.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancelling_is_no_outage()
    {
        await using var silent = Listener.Silent();
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        using HttpClient http = Http(silent.Url);
        Task call = new FlagsApi(http).ExportAsync(cancel.Token);
        await Eventually.TrueAsync(() => silent.Connections == 1, "the call is on its way");

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    [Fact]
    public async Task A_503_with_a_problem_keeps_its_words_and_when_to_come_back()
    {
        await using var down = Listener.Saying("503 Service Unavailable", "Content-Type: application/problem+json\r\nRetry-After: 2\r\n", Problem503);
        FlagsUnavailableException outage = await OutageAsync(down.Url);

        Assert.Equal((503, TimeSpan.FromSeconds(2)), (outage.Status, outage.RetryAfter));
        Assert.Contains("The database does not answer.", outage.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("200 OK", "Content-Type: text/html\r\n", "<html>Welcome to the hotel</html>")]
    [InlineData("404 Not Found", "Content-Type: text/html\r\n", "<html>nginx</html>")]
    [InlineData("502 Bad Gateway", "", "")]
    [InlineData("404 Not Found", "Content-Type: application/problem+json\r\n", "not JSON")]
    [InlineData("404 Not Found", "Content-Type: application/problem+json\r\n", "{}")]
    public async Task An_answer_of_something_else_asks_whether_the_address_is_right(string status, string headers, string body)
    {
        await using var other = Listener.Saying(status, headers, body);
        FlagsUnavailableException outage = await OutageAsync(other.Url);

        Assert.Equal(int.Parse(status[..3]), outage.Status);
        Assert.Contains("is FLAGS_URL right", outage.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_success_that_is_not_204_never_means_on()
    {
        await using var other = Listener.Saying("200 OK", "Content-Type: text/html\r\n", "<html>Welcome</html>");
        using HttpClient http = Http(other.Url);
        await Assert.ThrowsAsync<FlagsUnavailableException>(() => new FlagsApi(http).CheckAsync("jobs_processing", cancellationToken: Cancellation));
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var elsewhere = Listener.Silent();
        await using var moved = Listener.Saying("301 Moved Permanently", $"Location: {elsewhere.Url}/\r\n");
        await using FlagsClient client = FlagsClient.Create(options => (options.Url, options.ApiKey) = (moved.Url, "flg_key"));

        var outage = await Assert.ThrowsAsync<FlagsUnavailableException>(() => client.Api.ExportAsync(Cancellation));

        Assert.Contains(elsewhere.Url, outage.Message, StringComparison.Ordinal);
        Assert.Equal(0, elsewhere.Connections);
    }

    [Fact]
    public void A_client_without_an_address_cannot_be_made()
    {
        using var http = new HttpClient();
        Assert.Throws<ArgumentException>(() => new FlagsApi(http));
    }

    private static HttpClient Http(string url, TimeSpan? timeout = null) => new() { BaseAddress = new Uri(url), Timeout = timeout ?? TimeSpan.FromSeconds(30) };

    private static async Task<FlagsUnavailableException> OutageAsync(string url, TimeSpan? timeout = null)
    {
        using HttpClient http = Http(url, timeout);
        return await Assert.ThrowsAsync<FlagsUnavailableException>(() => new FlagsApi(http).ExportAsync(Cancellation));
    }
}
