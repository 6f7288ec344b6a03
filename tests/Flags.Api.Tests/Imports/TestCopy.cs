using System.Net;

namespace Flags.Api.Tests;

/// <summary>One of two servers that features travel between.</summary>
public sealed class TestCopy : IAsyncDisposable
{
    public Api Api { get; } = new();

    public static async Task<TestCopy> StartAsync()
    {
        var copy = new TestCopy();
        await copy.Api.InitializeAsync();
        return copy;
    }

    /// <summary>Sets everything but gates, or everything differently.</summary>
    public async Task DecorateAsync(string name, bool other = false)
    {
        string json = other
            ? """{"description":"other","tags":["x"],"owner":"me","limit":7,"protected":true,"expiresAt":"2030-01-01T00:00:00.5Z"}"""
            : """{"description":"Zeile 1\nZeile 2 \ud83d\ude80","tags":["b","a"],"protected":true,"expiresAt":"2027-03-28T02:30:00.1234567+01:00"}""";
        Assert.Equal(HttpStatusCode.OK, (await Api.SendAsync(HttpMethod.Patch, $"/api/v1/features/{name}", json)).Status);
        Assert.Equal(HttpStatusCode.OK, (await Api.SendAsync(HttpMethod.Patch, $"/api/v1/features/{name}/gates",
            other ? """{"deniedActors":{"add":["User;1"]},"percentageOfTime":5}""" : """{"deniedGroups":{"add":["bots"]},"percentageOfActors":2.007}""")).Status);
    }

    public ValueTask DisposeAsync() => Api.DisposeAsync();
}
