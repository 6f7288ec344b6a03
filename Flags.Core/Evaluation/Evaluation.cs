namespace Flags.Core;

/// <summary>The answer to one check.</summary>
/// <param name="Enabled">Whether the feature is on for these actors.</param>
/// <param name="Reason">Why.</param>
/// <param name="Gate">The gate that opened or denied; null when none did.</param>
/// <param name="ExpressionFailed">The expression gate was asked and could not be evaluated, so it stayed closed; the gates after it were asked.</param>
/// <param name="Version">The version of the feature that answered; 0 for a feature that does not exist.</param>
public readonly record struct Evaluation(bool Enabled, Reason Reason, Gate? Gate, bool ExpressionFailed, long Version);
