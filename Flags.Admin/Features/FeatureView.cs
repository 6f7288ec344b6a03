using Flags.Core;
using Flags.Store;
using Microsoft.AspNetCore.Components;

namespace Flags.Admin;

/// <summary>What the parts of a feature's page share: the feature, whether it can be changed, and the form that was refused.</summary>
public sealed record FeatureView(StoredFeature Row, string? Edit, IReadOnlyDictionary<string, object>? Blocked, EventCallback OnPost)
{
    public Feature Feature => Row.Feature;

    public ActionForm? Posted { get; init; }

    public ActionRefused? Refused { get; init; }

    /// <summary>Why the form of that key was refused; null when it was not.</summary>
    public string? Error(string key) => Refused is { } refused && IsPosted(key)
        ? string.Join(" ", (refused.Problem.Errors ?? []).Select(e => e.Message + ".").DefaultIfEmpty(refused.Problem.Detail))
        : null;

    /// <summary>What was typed, so that nothing is lost; otherwise the value as it is.</summary>
    public string? Text(string key, string field, string? value) => IsPosted(key) ? Posted![field] : value;

    public static string Key(string action, string? gate = null) => gate is null ? action : $"{action}-{gate}";

    public bool IsPosted(string key) => Posted is { } form && Key(form["do"], form.Has("gate") ? form["gate"] : null) == key;
}
