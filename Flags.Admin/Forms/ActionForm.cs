using Flags.Store;
using Microsoft.AspNetCore.Http;

namespace Flags.Admin;

/// <summary>A posted form: <c>name</c>, <c>to</c>, <c>version</c>, <c>back</c>, <c>confirm</c>, <c>reason</c> and what the action needs besides.</summary>
public sealed class ActionForm
{
    private static readonly string[] NotOurs = ["__RequestVerificationToken", "_handler"];

    /// <summary>The field of somebody who was told what an enable or disable clears.</summary>
    internal const string Clears = "clears";

    private ActionForm(IReadOnlyList<KeyValuePair<string, string>> fields) => Fields = fields;

    /// <summary>All fields as they were sent, so that a form can be asked about and sent again.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Fields { get; }

    public string Name => this["name"];

    /// <summary>The typed name lets a change through that ends in off; null while nobody typed it.</summary>
    public string? Confirm => Fields.Any(f => f.Key == "confirm") ? this["confirm"].Trim() : null;

    public bool Confirmed => Confirm == Name;

    public string Back => LocalPath.Checked(this["back"]);

    public string this[string field] => Fields.FirstOrDefault(f => f.Key == field).Value ?? "";

    /// <summary>Every value of a field that may be there several times.</summary>
    public IReadOnlyList<string> All(string field) => [.. Fields.Where(f => f.Key == field).Select(f => f.Value)];

    public bool Has(string field) => Fields.Any(f => f.Key == field);

    public static ActionForm Read(IFormCollection form) => new([.. form.Where(f => !NotOurs.Contains(f.Key))
        .SelectMany(f => f.Value.Select(value => KeyValuePair.Create(f.Key, (value ?? "").ReplaceLineEndings("\n"))))]);

    /// <summary>The same form with other values; null takes a field out.</summary>
    public ActionForm With(params IReadOnlyList<(string Field, string? Value)> values) => new(
        [.. Fields.Where(f => values.All(v => v.Field != f.Key)), .. values.Where(v => v.Value is not null).Select(v => KeyValuePair.Create(v.Field, v.Value!))]);

    /// <summary>What goes with the write. Forms that overwrite carry the version they were rendered from.</summary>
    public WriteOptions Options() => new()
    {
        IfMatch = long.TryParse(this["version"], out long version) ? [new FeatureTag(version, null)] : null,
        Reason = this["reason"].Trim() is { Length: > 0 } reason ? reason : null,
        Confirmed = Confirmed ? [Name] : [],
    };
}
