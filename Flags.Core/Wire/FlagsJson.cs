using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Flags.Core;

/// <summary>How wire records are written and read, without reflection. Unknown members of answers are skipped, so that clients outlive servers.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    // Answers and history hold whatever was once stored; only requests are read strictly.
    Converters = [typeof(UtcTimeConverter), typeof(StoredExpressionConverter)],
    MaxDepth = 64)]
[JsonSerializable(typeof(Feature))]
[JsonSerializable(typeof(FeatureList))]
[JsonSerializable(typeof(CreateFeature))]
[JsonSerializable(typeof(FeaturePatch))]
[JsonSerializable(typeof(GatesPatch))]
[JsonSerializable(typeof(Gates))]
[JsonSerializable(typeof(ReasonBody))]
[JsonSerializable(typeof(RevertFeature))]
[JsonSerializable(typeof(HistoryList))]
[JsonSerializable(typeof(FeatureChange))]
[JsonSerializable(typeof(AuditList))]
[JsonSerializable(typeof(EvaluateFeature))]
[JsonSerializable(typeof(EvaluateAnswer))]
[JsonSerializable(typeof(SnapshotBody))]
[JsonSerializable(typeof(ChangeBody))]
[JsonSerializable(typeof(TakeoverBody))]
[JsonSerializable(typeof(ExportBody))]
[JsonSerializable(typeof(ImportAnswer))]
[JsonSerializable(typeof(KeyInfo))]
[JsonSerializable(typeof(KeyList))]
[JsonSerializable(typeof(MintKey))]
[JsonSerializable(typeof(KeyPatch))]
[JsonSerializable(typeof(RotateKey))]
[JsonSerializable(typeof(MintedKey))]
[JsonSerializable(typeof(PlaceHold))]
[JsonSerializable(typeof(IReadOnlyList<SnapshotHold>))]
[JsonSerializable(typeof(HoldInfo))]
[JsonSerializable(typeof(HoldList))]
[JsonSerializable(typeof(PlacedHold))]
[JsonSerializable(typeof(ExtendHold))]
[JsonSerializable(typeof(ExtendedHold))]
[JsonSerializable(typeof(DrainedHold))]
[JsonSerializable(typeof(HoldReason))]
[JsonSerializable(typeof(RevokedLeases))]
[JsonSerializable(typeof(WaivedRecovery))]
[JsonSerializable(typeof(ActorBody))]
[JsonSerializable(typeof(EnterFeature))]
[JsonSerializable(typeof(EnteredLease))]
[JsonSerializable(typeof(LeaseList))]
[JsonSerializable(typeof(RenewLease))]
[JsonSerializable(typeof(RenewLeases))]
[JsonSerializable(typeof(RenewedLease))]
[JsonSerializable(typeof(RenewedLeases))]
[JsonSerializable(typeof(TakeClaim))]
[JsonSerializable(typeof(GrantedClaim))]
[JsonSerializable(typeof(CompleteClaim))]
[JsonSerializable(typeof(RenewClaim))]
[JsonSerializable(typeof(AbandonClaim))]
[JsonSerializable(typeof(RenewedClaim))]
[JsonSerializable(typeof(EndedClaim))]
[JsonSerializable(typeof(ClaimInfo))]
[JsonSerializable(typeof(Heartbeat))]
[JsonSerializable(typeof(HeartbeatAnswer))]
[JsonSerializable(typeof(WorkerList))]
[JsonSerializable(typeof(InstructWorkers))]
[JsonSerializable(typeof(InstructedWorkers))]
[JsonSerializable(typeof(UsageReport))]
[JsonSerializable(typeof(UsageInfo))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(bool?))]
[JsonSerializable(typeof(int?))]
[JsonSerializable(typeof(double?))]
[JsonSerializable(typeof(DateTimeOffset?))]
public sealed partial class FlagsJson : JsonSerializerContext
{
    /// <summary>For answers and clients: names and ids as they are, not escaped beyond what JSON needs.</summary>
    public static FlagsJson Relaxed => field ??= new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
