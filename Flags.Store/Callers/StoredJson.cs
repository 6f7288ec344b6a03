using System.Text.Json;
using Flags.Core;

namespace Flags.Store;

/// <summary>How differences are read back from the audit: what was accepted once, by whichever API, is never refused.</summary>
internal static class StoredJson
{
    public static FlagsJson Context { get; } = new(new JsonSerializerOptions(FlagsJson.Default.Options) { Converters = { new StoredExpressionConverter() } });
}
