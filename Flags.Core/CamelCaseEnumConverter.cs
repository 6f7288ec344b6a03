using System.Text.Json;
using System.Text.Json.Serialization;

namespace Flags.Core;

/// <summary>Writes and reads an enum as its member's name in camelCase; integers are refused.</summary>
/// <typeparam name="TEnum">The enum; generic, so that it works trimmed and with source generation.</typeparam>
public sealed class CamelCaseEnumConverter<TEnum>()
    : JsonStringEnumConverter<TEnum>(JsonNamingPolicy.CamelCase, allowIntegerValues: false)
    where TEnum : struct, Enum;
