using Flags.Testing;

namespace Flags.Admin.Tests;

/// <summary>People with open pages: each has a stream, and fetches the page again when it says that something changed.</summary>
internal sealed class Viewers : IDisposable
{
    /// <summary>One person may have so many.</summary>
    private const int Each = 20;

    private readonly List<PageClient> people = [];
    private readonly List<(PageClient Person, HttpResponseMessage Answer, StreamReader Reader)> streams = [];

    /// <summary>Signs people in, before any of them looks.</summary>
    /// <param name="home">A server on the same database, in this process.</param>
    /// <param name="address">Whose pages they look at.</param>
    /// <param name="count">How many pages will be open.</param>
    public static async Task<Viewers> ComeAsync(TestServer home, Uri address, int count)
    {
        var viewers = new Viewers();
        for (int person = 0; person * Each < count; person++)
        {
            await home.AddPersonAsync($"viewer{person}", "viewer");
            var client = new PageClient(address);
            await client.SignInAsync($"viewer{person}@example.org", AdminServer.Passphrase);
            viewers.people.Add(client);
        }

        return viewers;
    }

    /// <summary>Opens the pages and their streams; each has said hello.</summary>
    public async Task OpenAsync(int count)
    {
        for (int n = 0; n < count; n++)
        {
            PageClient person = people[n / Each];
            await person.Http.GetStringAsync("/admin/features");
            using var request = new HttpRequestMessage(HttpMethod.Get, "/admin/events?topics=features");
            HttpResponseMessage answer = await person.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            Assert.True(answer.IsSuccessStatusCode, $"stream {n}: {answer.StatusCode}");
            var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
            await DataAsync(reader, "hello");
            streams.Add((person, answer, reader));
        }
    }

    /// <summary>Until every page shows it.</summary>
    public Task SeeAsync(string path, string wanted) => Task.WhenAll(streams.Select(async stream =>
    {
        using var deadline = new CancellationTokenSource(Eventually.Deadline);
        do
        {
            string change = await DataAsync(stream.Reader, "change");
            int spread = int.Parse(change[(change.LastIndexOf(':') + 1)..^1]);
            await Task.Delay(Random.Shared.Next(spread + 1), deadline.Token);
        }
        while (!(await RefetchAsync(stream.Person, path, deadline.Token)).Contains(wanted, StringComparison.Ordinal));
    }));

    public void Dispose()
    {
        streams.ForEach(stream => stream.Answer.Dispose());
        people.ForEach(person => person.Dispose());
    }

    private static async Task<string> RefetchAsync(PageClient person, string path, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "Flags-Live", "refresh" } } };
        using HttpResponseMessage answer = await person.Http.SendAsync(request, cancellation);
        return await answer.Content.ReadAsStringAsync(cancellation);
    }

    private static async Task<string> DataAsync(StreamReader reader, string name)
    {
        using var deadline = new CancellationTokenSource(Eventually.Deadline);
        while (await reader.ReadLineAsync(deadline.Token) is { } line)
        {
            if (line == "event: " + name)
                return await reader.ReadLineAsync(deadline.Token) ?? "";
        }

        throw new InvalidOperationException($"The stream ended before {name}.");
    }
}
