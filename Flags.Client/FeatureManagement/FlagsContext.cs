using System.Text.Json;
using Flags.Core;
using Microsoft.FeatureManagement.FeatureFilters;

namespace Flags.Client;

/// <summary>
/// A targeting context with properties for expressions: give it to <c>IsEnabledAsync</c>, or return it from an
/// <see cref="ITargetingContextAccessor"/>. With Microsoft's own class expressions see the id alone.
/// </summary>
public sealed class FlagsContext : TargetingContext
{
    /// <summary>What expressions read; null means none. As <see cref="Actor.Properties"/>.</summary>
    public IReadOnlyDictionary<string, JsonElement>? Properties { get; set; }
}
