using System.Text.Json;
using System.Text.Json.Serialization;

namespace Flags.Checker;

/// <summary>One line of a history. Times are microseconds of the machine's monotonic clock, the same for all processes.</summary>
public sealed record Event
{
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
        Converters = { new JsonStringEnumConverter<Operation>(JsonNamingPolicy.CamelCase) },
    };

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required Operation Operation { get; init; }

    /// <summary>Who; with <see cref="Number"/> the line's identity.</summary>
    public string Client { get; init; } = "";

    public long Number { get; init; }

    /// <summary>The lease, the hold, or the owner of a claim.</summary>
    public Guid Id { get; init; }

    public IReadOnlyList<string> Features { get; init; } = [];

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required long Sent { get; init; }

    /// <summary>Null: never, or not yet.</summary>
    public long? Answered { get; init; }

    /// <summary>When the client stopped waiting for an answer; with both null it still waits.</summary>
    public long? GaveUp { get; init; }

    /// <summary>The answer's word; null without an answer.</summary>
    public string? Outcome { get; init; }

    public long Token { get; init; }

    /// <summary>The life that was asked for.</summary>
    public double TtlSeconds { get; init; }

    /// <summary>The life that was given.</summary>
    public double ExpiresInSeconds { get; init; }

    /// <summary>Whether the call was a long poll, which answers late on purpose.</summary>
    public bool Waits { get; init; }

    public Guid? Parent { get; init; }

    /// <summary>Microseconds of the database's clock.</summary>
    public long? At { get; init; }

    public long Count { get; init; }

    /// <summary>The claim's key, or the worker's id.</summary>
    public string Key { get; init; } = "";

    /// <summary>How many have claimed the key before, and one.</summary>
    public int Attempt { get; init; }

    /// <summary>Whether an expired claim stays nobody else's.</summary>
    public bool Once { get; init; }

    /// <summary>How long a claim is kept.</summary>
    public double KeepSeconds { get; init; }

    /// <summary>A claim's result: what it is completed with, or what the answer says.</summary>
    public string? Result { get; init; }

    /// <summary>A worker's state: what it says of itself, or what the answer says of it.</summary>
    public string? State { get; init; }

    /// <summary>What a worker is told.</summary>
    public string? Instruction { get; init; }

    /// <summary>Whether an enter asks the one inside for its slot.</summary>
    public bool Takeover { get; init; }

    /// <summary>A write: since when, by the monotonic clock, its transaction had surely asserted the lease; null when it was refused.</summary>
    public long? SurelyFrom { get; init; }

    /// <summary>A write: until when its transaction surely stood.</summary>
    public long? SurelyTo { get; init; }

    [JsonIgnore]
    public bool IsGrant => Answered is not null && Outcome is "entered" or "replay" or "placed" or "renewed" or "extended" or "claimed";

    /// <summary>Whether the call is to be repeated: nobody knows what became of it, or nobody heard it.</summary>
    [JsonIgnore]
    public bool Unheard => Answered is null || Outcome == "unreached";

    public override string ToString() => JsonSerializer.Serialize(this, Json);
}
