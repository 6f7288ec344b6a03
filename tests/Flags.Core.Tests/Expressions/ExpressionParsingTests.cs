using System.Text;
using System.Text.Json;

namespace Flags.Core.Tests;

public sealed class ExpressionParsingTests
{
    [Theory]
    [InlineData("""{"Property":"plan"}""", """{"Property":["plan"]}""")]
    [InlineData("""{ "Now" : null }""", """{"Now":[]}""")]
    [InlineData("""{"Equal":[1,1],"Nope":[1,1]}""", """{"Equal":[1,1]}""")]
    [InlineData("""{"Equal":[1,1],"Nope":3,"Equal":[2,2]}""", """{"Equal":[2,2]}""")]
    [InlineData("""{"Eq\u0075al":[10.0,1.50]}""", """{"Equal":[10.0,1.5]}""")]
    [InlineData("""{"Equal":[1E5,1e15]}""", """{"Equal":[100000.0,1.0e+15]}""")]
    [InlineData("""{"Equal":[123456789012345678901234567890,-0]}""", """{"Equal":[123456789012345678901234567890,0]}""")]
    [InlineData("""{"Equal":["\u00e9\/\u2028\u007f\ufeff","\ud83d\ude00<>&'+\"\\\u0001\n\u001F"]}""", "{\"Equal\":[\"é/\u2028\u007F\uFEFF\",\"😀<>&'+\\\"\\\\\\u0001\\n\\u001f\"]}")]
    public void Expression_is_normalised(string json, string normalised)
    {
        Assert.True(Expression.TryParse(json, ExpressionRules.Flipper, out var expression, out var error), error);
        Assert.Equal(normalised, expression.Json);
        Assert.Equal(expression, Expression.FromStored(expression.Json));
        Assert.True(Expression.TryParse(expression.Json, ExpressionRules.Flipper, out var again, out _));
        Assert.Equal(normalised, again.Json);
    }

    [Theory]
    [InlineData("{}", "The expression is an empty object; it must name a function")]
    [InlineData("[1]", "The expression is an array; it must be a function: an object such as {\"Property\":[\"plan\"]}")]
    [InlineData("true", "The expression is a boolean;")]
    [InlineData("\"abc\"", "The expression is text;")]
    [InlineData("1.5", "The expression is a number;")]
    [InlineData("null", "The expression is null;")]
    [InlineData("""{"Nope":[1]}""", "Nope is not a function; the functions are All, Any, Equal,")]
    [InlineData("""{"property":["a"]}""", "property is not a function;")]
    [InlineData("""{"8":["a"]}""", "8 is not a function;")]
    [InlineData("""{"Comparable":[1,1]}""", "Comparable is not a function;")]
    [InlineData("""{"Equal":[1]}""", "Equal takes 2 arguments, has 1")]
    [InlineData("""{"Equal":1}""", "Equal takes 2 arguments, has 1")]
    [InlineData("""{"Now":[1]}""", "Now takes no arguments, has 1")]
    [InlineData("""{"Property":null}""", "Property takes 1 argument, has 0")]
    [InlineData("""{"Random":[1,2]}""", "Random takes at most 1 argument, has 2")]
    [InlineData("""{"All":[true,{"GreaterThan":[1]}]}""", "All[1].GreaterThan takes 2 arguments, has 1")]
    [InlineData("""{"All":[{"Any":[{"Not":[true]}]}]}""", "All[0].Any[0].Not is not a function;")]
    [InlineData("""{"All":[{"Any":[]}]}""", "All[0].Any needs at least 1 argument")]
    [InlineData("""{"All":[{}]}""", "All[0] is an empty object; it must name a function")]
    [InlineData("""{"Equal":[null,1]}""", "Equal[0] is null; an argument is a string, a number, a boolean or a function")]
    [InlineData("""{"Equal":[1,[2]]}""", "Equal[1] is an array;")]
    [InlineData("""{"Equal":{"Property":["plan"]}}""", "Equal has an object instead of its arguments; put it into an array")]
    [InlineData("""{"Equal":[1e400,1]}""", "Equal[0] is a number that no double holds;")]
    [InlineData("""{"Equal":["a\u0000b",1]}""", "Equal[0] contains U+0000, which cannot be stored")]
    [InlineData("""{"Equal":["\ud800",1]}""", "Equal[0] is text that is not Unicode;")]
    [InlineData("""{"\ud800":[1]}""", "\uFFFD is not a function;")]
    [InlineData("""{"Equal":[1,1]""", "The expression is not JSON: ")]
    [InlineData("", "The expression is not JSON: ")]
    public void Refusal_names_the_place(string json, string beginning)
    {
        Assert.False(Expression.TryParse(json, ExpressionRules.Flipper, out var expression, out var error));
        Assert.Null(expression);
        Assert.StartsWith(beginning, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_with_half_of_a_surrogate_pair_is_refused() =>
        Assert.False(Expression.TryParse("{\"Equal\":[\"\uD800\",1]}", ExpressionRules.Flipper, out _, out _));

    [Fact]
    public void Bytes_that_are_not_UTF8_are_refused()
    {
        using var document = JsonDocument.Parse(Encoding.Latin1.GetBytes("{\"Equal\":[\"\u00E9\",1]}"));
        Assert.False(Expression.TryParse(document.RootElement, ExpressionRules.Flipper, out _, out var error));
        Assert.StartsWith("Equal[0] is text that is not Unicode", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(16, true)]
    [InlineData(17, false)]
    public void Functions_may_be_16_deep(int depth, bool accepted)
    {
        var json = string.Concat(Enumerable.Repeat("{\"All\":[", depth - 1)) + "{\"Now\":[]}" + string.Concat(Enumerable.Repeat("]}", depth - 1));
        Assert.Equal(accepted, Expression.TryParse(json, ExpressionRules.Import, out var expression, out var error));
        Assert.Equal(accepted ? depth : null, expression?.Depth);
        Assert.Equal(accepted, error is null);
        Assert.Contains(accepted ? "" : "is more than 16 functions deep", error ?? "", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(256, true)]
    [InlineData(257, false)]
    public void Functions_may_be_256(int nodes, bool accepted)
    {
        var json = $$"""{"Any":[{{string.Join(',', Enumerable.Repeat("""{"Property":["a"]}""", nodes - 1))}}]}""";
        Assert.Equal(accepted, Expression.TryParse(json, ExpressionRules.Flipper, out var expression, out var error));
        Assert.Equal(accepted ? nodes : null, expression?.Nodes);
        Assert.Equal(accepted ? null : "The expression has more than 256 functions", error);
    }

    [Fact]
    public void Import_accepts_empty_groups()
    {
        Assert.True(Expression.TryParse("""{"All":[{"Any":[]}]}""", ExpressionRules.Import, out var expression, out var error), error);
        Assert.Equal("""{"All":[{"Any":[]}]}""", expression.Json);
    }

    [Fact]
    public void Any_text_comes_back_from_the_normalised_form() =>
        Texts.HoldForAll(Texts.Any, text =>
        {
            var json = $$"""{"Equal":[{{JsonSerializer.Serialize(text)}},1]}""";
            if (!Expression.TryParse(json, ExpressionRules.Flipper, out var expression, out _))
                return text.Contains('\0', StringComparison.Ordinal);
            return Given.Json(expression.Json).GetProperty("Equal")[0].GetString() == text
                && Expression.TryParse(expression.Json, ExpressionRules.Flipper, out var again, out _)
                && again.Json == expression.Json;
        });

    [Fact]
    public void Depth_and_nodes_count_functions_only()
    {
        var expression = Expression.FromStored("""{"All":[{"Equal":[{"Property":["plan"]},"pro"]},{"GreaterThanOrEqualTo":[{"Property":["age"]},21]}]}""");
        Assert.Equal((3, 5), (expression.Depth, expression.Nodes));
        Assert.Equal((0, 0), (Expression.FromStored("true").Depth, Expression.FromStored("true").Nodes));
    }
}
