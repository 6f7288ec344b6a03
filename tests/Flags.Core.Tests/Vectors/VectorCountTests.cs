using System.Reflection;
using System.Text.Json;

namespace Flags.Core.Tests;

public sealed class VectorCountTests
{
    // Signed requests are the server's.
    private const string NotOfCore = "webhook_signature";

    [Fact]
    public void Every_vector_of_Core_is_a_row_of_a_test()
    {
        var vectors = VectorFile.Root.EnumerateObject().Where(list => list.Name is not ("meta" or NotOfCore)).Sum(list => Count(list.Value));
        var rows = new[] { typeof(PercentageVectorTests), typeof(ExpressionVectorTests), typeof(FeatureVectorTests) }.Sum(Rows);

        Assert.Equal(420, vectors);
        Assert.Equal(vectors, rows);
    }

    private static int Count(JsonElement list) => list.ValueKind == JsonValueKind.Array
        ? list.GetArrayLength()
        : list.GetProperty("vectors").GetArrayLength() + (list.TryGetProperty("direct", out var direct) ? direct.EnumerateObject().Count() : 0);

    // The rows that theories take, each source counted once for each theory that names it.
    private static int Rows(Type tests) => tests.GetMethods()
        .SelectMany(method => method.GetCustomAttributes<MemberDataAttribute>())
        .Sum(data => ((System.Collections.IEnumerable)tests.GetProperty(data.MemberName)!.GetValue(null)!).Cast<object>().Count());
}
