using System.Net;
using System.Text;

namespace Flags.Api.Tests;

/// <summary>The other ways to send what the Ruby client sends as JSON.</summary>
public sealed class FlipperBodyTests(Wired wired) : IClassFixture<Wired>
{
    [Theory]
    [InlineData("Application/JSON;charset=utf-8", """{"flipper_id":"ID"}""")]
    [InlineData("application/json", """{"flipper_id":"x","flipper_id":"ID"}""")]
    [InlineData("application/x-www-form-urlencoded; charset=utf-8", "a=1&flipper_id=x&flipper_id=ID")]
    [InlineData(null, "flipper_id=ID")]
    [InlineData("multipart/form-data; boundary=\"b\"", "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\nx\r\n--b\r\nContent-Disposition: form-data; name=\"flipper_id\"\r\n\r\nID\r\n--b--\r\n")]
    public async Task An_actor_arrives_in_any_form(string? type, string body)
    {
        string id = $"User;{Guid.NewGuid():N}";
        foreach (bool gzip in (bool[])[false, true])
        {
            byte[] bytes = Encoding.UTF8.GetBytes(body.Replace("ID", id, StringComparison.Ordinal));
            List<(string, string)> headers = [];
            if (type is not null)
                headers.Add(("Content-Type", type));
            if (gzip)
                headers.Add(("Content-Encoding", "gzip"));
            WireReply reply = await wired.SendAsync("POST", "/flipper/features/forms/actors", gzip ? Wired.Zip(bytes) : bytes, null, [.. headers]);
            Assert.Equal(HttpStatusCode.OK, reply.Status);
            Assert.Contains($"\"{id}\"", reply.Body);
        }
    }

    [Fact]
    public async Task The_body_wins_over_the_query_also_with_a_null_and_other_types_are_not_read()
    {
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await wired.FlipperAsync("POST", "/features/wins/actors?flipper_id=query", """{"flipper_id":null}""")).Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await wired.FlipperAsync("POST", "/features/wins/actors?flipper_id=query", """{"flipper_id":["a"]}""")).Status);
        WireReply unread = await wired.SendAsync("POST", "/flipper/features/wins/actors?flipper_id=query", "{nope"u8.ToArray(), null, ("Content-Type", "text/plain"));
        Assert.Equal(HttpStatusCode.OK, unread.Status);
        Assert.Contains("\"query\"", unread.Body);
        Assert.Equal(HttpStatusCode.OK, (await wired.SendAsync("POST", "/flipper/features/wins/boolean")).Status);
    }

    [Fact]
    public async Task A_percentage_without_a_digit_is_0_on_this_wire_and_a_mistake_on_ours()
    {
        const string Export = """{"version":1,"features":{"digits":{"percentage_of_time":"x","percentage_of_actors":""}}}""";
        Assert.Equal(HttpStatusCode.NoContent, (await wired.FlipperAsync("POST", "/import", Export)).Status);
        string body = (await wired.FlipperAsync("GET", "/features/digits")).Body;
        Assert.Contains("""{"key":"percentage_of_time","value":"0",""", body);
        Assert.Contains("""{"key":"percentage_of_actors","value":null,""", body);
        Assert.Contains("features.digits.percentage_of_time", await wired.ApiAsync("POST", "/import", Export, HttpStatusCode.UnprocessableEntity));
    }

    [Fact]
    public async Task A_full_export_of_a_megabyte_is_imported_and_listed()
    {
        string actors = string.Join(",", Enumerable.Range(0, 9_000).Select(i => $"\"User;{i:000000}\""));
        string features = string.Join(",", Enumerable.Range(0, 10).Select(i => $"\"large_{i}\":{{\"boolean\":null,\"groups\":[],\"actors\":[{actors}],\"expression\":null,\"percentage_of_actors\":null,\"percentage_of_time\":null}}"));
        string export = $$"""{"version":1,"features":{ {{features}} } }""";
        Assert.InRange(export.Length, 1_000_000, 5 * 1024 * 1024);
        Assert.Equal(HttpStatusCode.NoContent, (await wired.FlipperAsync("POST", "/import", export)).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await wired.SendAsync("POST", "/adapter/import", Wired.Zip(export), null, ("Content-Encoding", "gzip"))).Status);
        Assert.Equal(90_000, (await wired.FlipperAsync("GET", "/features")).Body.Split("\"User;").Length - 1);
    }
}
