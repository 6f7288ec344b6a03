using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Flags.Core;

/// <summary>A member of a merge patch (RFC 7396): absent (leave it), null (clear it) or a value.</summary>
/// <typeparam name="T">The member's type; nullable where null clears.</typeparam>
public readonly record struct Optional<T>
{
    /// <summary>A member that is present, also with a null.</summary>
    public Optional(T value)
    {
        Value = value;
        HasValue = true;
    }

    /// <summary>Whether the member was there.</summary>
    public bool HasValue { get; }

    /// <summary>The value; meaningless while <see cref="HasValue"/> is false.</summary>
    public T Value { get; }

    /// <summary>The value when present, otherwise <paramref name="current"/>.</summary>
    public T Or(T current) => HasValue ? Value : current;

    /// <summary>Makes a present member of a value.</summary>
    public static implicit operator Optional<T>(T value) => new(value);
}

/// <summary>Reads a present member as a value; absent members never reach a converter and stay absent.</summary>
/// <typeparam name="T">The member's type.</typeparam>
public sealed class OptionalConverter<T> : JsonConverter<Optional<T>>
{
    /// <inheritdoc/>
    public override bool HandleNull => true;

    /// <inheritdoc/>
    public override Optional<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(JsonSerializer.Deserialize(ref reader, (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T)))!);

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Optional<T> value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value.Value, (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T)));
}
