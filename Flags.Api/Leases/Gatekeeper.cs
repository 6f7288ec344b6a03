using System.Buffers.Binary;
using System.Security.Cryptography;
using Flags.Core;
using Flags.Store;

namespace Flags.Api;

/// <summary>Asks a feature's gates for one job, ignoring holds: the database knows those better.</summary>
internal sealed class Gatekeeper
{
    private readonly Actor[] actors;
    private readonly EvaluationContext context;

    /// <param name="shared">Clock and log of the server.</param>
    /// <param name="actor">Whom the gates are asked for; null asks for nobody in particular.</param>
    /// <param name="lease">The lease's id: the draw of % of time is made from it, so that a repeated call is not a second chance.</param>
    public Gatekeeper(EvaluationContext shared, ActorBody? actor, Guid lease)
    {
        actors = actor is null ? [] : [new Actor(actor.Id, actor.Properties, actor.Groups)];
        double draw = Draw(lease);
        context = new EvaluationContext { Random = () => draw, Now = shared.Now, ExpressionFailed = shared.ExpressionFailed };
    }

    public bool IsOpen(FeatureSet set, StoredFeature feature) => set.Snapshot.Evaluate(set.Unheld(feature), actors, context).Enabled;

    private static double Draw(Guid lease)
    {
        ulong bits = BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(lease.ToByteArray()));
        return (bits >> 11) / (double)(1UL << 53);
    }
}
