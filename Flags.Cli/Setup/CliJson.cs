using System.Text.Json.Serialization;

namespace Flags.Cli;

/// <summary>What <c>flags login</c> stores.</summary>
/// <param name="Url">The server.</param>
/// <param name="ApiKey">The key, for that server alone.</param>
internal sealed record StoredLogin(string Url, string ApiKey);

/// <summary>JSON of files that only this program reads.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(StoredLogin))]
internal sealed partial class CliJson : JsonSerializerContext;
