using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Flags.Core;
using Flags.Store;

namespace Flags.Api;

/// <summary>What one evaluation of a feature can come to.</summary>
internal enum OfrepOutcome : byte
{
    /// <summary>Off for everyone, by a hold or because nothing is set.</summary>
    AlwaysOff,

    /// <summary>On for everyone.</summary>
    AlwaysOn,

    /// <summary>Off for this actor, by a deny list.</summary>
    Denied,

    /// <summary>On for this actor.</summary>
    Matched,

    /// <summary>On by a share.</summary>
    Split,

    /// <summary>Something is set, and nothing opened.</summary>
    NoMatch,

    /// <summary>The same, and the expression could not be evaluated.</summary>
    Failed,
}

/// <summary>One version of a feature with the texts of all its evaluations, each made once: an answer is put together from them.</summary>
internal sealed class OfrepFeature
{
    private static readonly ConditionalWeakTable<StoredFeature, OfrepFeature> Known = [];

    private readonly Feature feature;
    private readonly byte[]?[] texts = new byte[7][];

    private OfrepFeature(StoredFeature stored)
    {
        feature = stored.Feature;
        Digest = SHA256.HashData([.. Text(OfrepOutcome.NoMatch), (byte)(feature.Held ? 1 : 0)]);
        Lot = OfrepDraw.First64(Encoding.UTF8.GetBytes($"{feature.Version} {feature.Name}"));
        HasChance = feature.Gates.PercentageOfTime is { Value: > 0 and < 100 } || feature.Gates.Expression is not null;
    }

    /// <summary>Of everything that its evaluations show.</summary>
    public byte[] Digest { get; }

    /// <summary>Whether an evaluation may draw lots.</summary>
    public bool HasChance { get; }

    /// <summary>A hash of name and version, for drawing lots.</summary>
    public ulong Lot { get; }

    public static OfrepFeature Of(StoredFeature stored) => Known.GetValue(stored, key => new OfrepFeature(key));

    public OfrepOutcome Outcome(Evaluation answer) => answer switch
    {
        // Not DISABLED while held: providers would take the default in the caller's code, which may be true.
        { Reason: Reason.Held or Reason.Off } => OfrepOutcome.AlwaysOff,
        // No context changes it, since nothing could open; some providers keep a STATIC answer by its key alone.
        { Reason: Reason.Denied } => feature.State == FeatureState.Off ? OfrepOutcome.AlwaysOff : OfrepOutcome.Denied,
        { Enabled: true, Gate: Gate.Boolean } => feature.Gates.DeniedActors.Count + feature.Gates.DeniedGroups.Count == 0 ? OfrepOutcome.AlwaysOn : OfrepOutcome.Matched,
        { Enabled: true, Gate: Gate.PercentageOfActors or Gate.PercentageOfTime } => OfrepOutcome.Split,
        { Enabled: true } => OfrepOutcome.Matched,
        _ => answer.ExpressionFailed ? OfrepOutcome.Failed : OfrepOutcome.NoMatch,
    };

    /// <summary>The UTF-8 JSON of an evaluation. The value is always there.</summary>
    public byte[] Text(OfrepOutcome outcome) => texts[(int)outcome] ??= Make(outcome);

    private byte[] Make(OfrepOutcome outcome)
    {
        var json = new StringBuilder("{\"key\":");
        JsonText.AppendString(json, feature.Name);
        (string value, string variant) = outcome is OfrepOutcome.AlwaysOn or OfrepOutcome.Matched or OfrepOutcome.Split ? ("true", "on") : ("false", "off");
        json.Append(",\"value\":").Append(value).Append(",\"reason\":\"").Append(ReasonOf(outcome)).Append("\",\"variant\":\"").Append(variant).Append("\",\"metadata\":");
        OfrepMetadata.Append(json, feature, outcome == OfrepOutcome.Failed);
        return Encoding.UTF8.GetBytes(json.Append('}').ToString());
    }

    private static string ReasonOf(OfrepOutcome outcome) => outcome switch
    {
        OfrepOutcome.AlwaysOff or OfrepOutcome.AlwaysOn => "STATIC",
        OfrepOutcome.Denied or OfrepOutcome.Matched => "TARGETING_MATCH",
        OfrepOutcome.Split => "SPLIT",
        OfrepOutcome.NoMatch or OfrepOutcome.Failed => "DEFAULT",
        _ => throw new ArgumentOutOfRangeException(nameof(outcome)),
    };
}
