using System.Reflection;
using System.Text.Json;

namespace Flags.Client.Tests;

/// <summary>The server's OpenAPI and IFlagsApi are the same list.</summary>
public sealed class OpenApiTests(FlagsServer server)
{
    // A stream is no call with an answer.
    private const string Stream = "stream";

    private sealed record Operation(string Id, string Method, string Path);

    [Fact]
    public async Task Every_operation_of_the_server_has_exactly_one_method()
    {
        Operation[] operations = await OperationsAsync();
        string[] expected = [.. operations.Select(operation => char.ToUpperInvariant(operation.Id[0]) + operation.Id[1..] + "Async").Order(StringComparer.Ordinal)];
        string[] methods = [.. typeof(IFlagsApi).GetMethods().Select(method => method.Name).Order(StringComparer.Ordinal)];

        Assert.True(expected.Length > 20);
        Assert.Equal(expected, methods);
    }

    [Fact]
    public async Task The_attributes_of_each_method_say_its_verb_and_path()
    {
        foreach (Operation operation in await OperationsAsync())
        {
            MethodInfo method = typeof(IFlagsApi).GetMethod(char.ToUpperInvariant(operation.Id[0]) + operation.Id[1..] + "Async")!;
            RouteAttribute route = method.GetCustomAttribute<RouteAttribute>()!;
            Assert.Equal((operation.Id, operation.Method + "Attribute", operation.Path), (operation.Id, route.GetType().Name.ToLowerInvariant().Replace("attribute", "Attribute", StringComparison.Ordinal), route.Path));
        }
    }

    private async Task<Operation[]> OperationsAsync()
    {
        using HttpClient http = server.Http(FlagsServer.AdminKey);
        using JsonDocument document = JsonDocument.Parse(await http.GetStringAsync("/openapi/v1.json", TestContext.Current.CancellationToken));
        // HEAD is the same operation as GET.
        return [.. from path in document.RootElement.GetProperty("paths").EnumerateObject()
                   from operation in path.Value.EnumerateObject()
                   where operation.Name is "get" or "post" or "put" or "patch" or "delete"
                   let id = operation.Value.GetProperty("operationId").GetString()!
                   where id != Stream
                   select new Operation(id, operation.Name, path.Name)];
    }
}
