using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Flags.Core;

/// <summary>
/// A rule over the properties of an actor, in the form of Flipper's expressions: <c>{"Equal":[{"Property":["plan"]},"pro"]}</c>. Immutable;
/// two expressions are equal when their normalised JSON is.
/// </summary>
[JsonConverter(typeof(ExpressionConverter))]
public sealed class Expression : IEquatable<Expression>
{
    // The most that a stored expression may be nested; what can be written is 16 functions deep.
    private const int StoredJsonDepth = 1000;

    private Expression(Node root, string json)
    {
        Root = root;
        Json = json;
        Steps = Steps.Of(root);
    }

    /// <summary>The normalised JSON, compact; this is what is stored and shown.</summary>
    public string Json { get; }

    /// <summary>Functions inside one another, 1 to <see cref="Limits.ExpressionDepth"/>; 0 for a stored constant.</summary>
    public int Depth => Root.Depth;

    /// <summary>Functions in it, 1 to <see cref="Limits.ExpressionNodes"/>; constants do not count.</summary>
    public int Nodes => Root.Nodes;

    /// <summary>Names of the features that <c>FeatureEnabled</c> asks for, each once; a name that is computed is not among them.</summary>
    public IReadOnlyList<string> References => field ??= ReferencedFeatures.Of(Root);

    internal Node Root { get; }

    internal Steps Steps { get; }

    /// <summary>A stored <c>{}</c>, which is the same as no expression.</summary>
    internal bool IsEmpty => Json == "{}";

    /// <summary>Builds an expression; a refusal says where and why, for example <c>All[1].GreaterThan takes 2 arguments, has 1</c>.</summary>
    /// <param name="json">An object that names a function. It is not used after the call.</param>
    /// <param name="rules">How strictly it is read.</param>
    /// <param name="expression">The expression, null when refused.</param>
    /// <param name="error">Null when built.</param>
    public static bool TryParse(
        JsonElement json, ExpressionRules rules, [NotNullWhen(true)] out Expression? expression, [NotNullWhen(false)] out string? error)
    {
        var parser = new ExpressionParser(rules);
        var root = parser.Build(json);
        expression = root is null ? null : new Expression(root, Write(root));
        error = expression is null ? parser.Error! : null;
        return expression is not null;
    }

    /// <inheritdoc cref="TryParse(JsonElement, ExpressionRules, out Expression?, out string?)"/>
    public static bool TryParse(
        string json, ExpressionRules rules, [NotNullWhen(true)] out Expression? expression, [NotNullWhen(false)] out string? error)
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            using var document = JsonDocument.Parse(json);
            return TryParse(document.RootElement, rules, out expression, out error);
        }
        catch (Exception malformed) when (malformed is JsonException or ArgumentException)
        {
            // ArgumentException: the text has half of a surrogate pair.
            expression = null;
            error = $"The expression is not JSON: {malformed.Message}";
            return false;
        }
    }

    /// <summary>
    /// Reads what was stored once, by us or by Flipper, without refusing it: what cannot be evaluated (an unknown function, a wrong number of
    /// arguments) fails when it is evaluated, which closes the gate. The text becomes <see cref="Json"/> as it is.
    /// </summary>
    /// <exception cref="JsonException">The text is not JSON.</exception>
    public static Expression FromStored(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = StoredJsonDepth });
        return new Expression(StoredExpression.Read(document.RootElement), json);
    }

    /// <summary>Plain English for people, without a full stop: <c>plan is "pro" and age is at least 21</c>.</summary>
    public string InWords() => Words.Of(Root);

    /// <summary>Whether the normalised JSON is the same.</summary>
    public bool Equals(Expression? other) => other is not null && string.Equals(Json, other.Json, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Expression);

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Json);

    /// <summary>The normalised JSON.</summary>
    public override string ToString() => Json;

    private static string Write(Node root)
    {
        var json = new StringBuilder();
        root.Write(json);
        return json.ToString();
    }
}
