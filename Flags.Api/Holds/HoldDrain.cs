using System.Globalization;
using Flags.Core;
using Flags.Store;

namespace Flags.Api;

/// <summary>Waits until nobody is inside what a hold holds.</summary>
internal sealed class HoldDrain(HoldStore holds, HoldReads reads, LeaseStore leases, Waiting waiting)
{
    public async Task<IResult> WaitAsync(HttpContext context, Guid id)
    {
        if (Wait.Read(context, out Wait wait) is { } refused)
            return refused;
        return await waiting.UntilAsync(context, wait.Patience, async _ =>
        {
            DrainAnswer answer = await holds.DrainAsync(context.Caller(), id, context.RequestAborted);
            return answer.Outcome switch
            {
                "drained" => Look.Final(Drained(context, answer)),
                "ended" => Look.Final(ProblemResult.Of(HoldProblems.Ended(id))),
                "unknown" => Look.Final(ProblemResult.Of(HoldProblems.Unknown(id))),
                "foreign" => Look.Final(ProblemResult.Of(await reads.ForeignAsync(context.Caller(), id, context.RequestAborted))),
                "recovering" => new Look(false, () => Task.FromResult(wait.Closed(HoldProblems.Recovering(answer.RetryAfterSeconds, answer.Inside, "nothing counts as drained")))),
                "draining" => new Look(false, async () => wait.Closed(HoldProblems.Draining(answer, await InsideAsync(context, id)))),
                _ => throw new InvalidOperationException($"flags.drain_step answered {answer.Outcome}."),
            };
        });
    }

    private static LineResult<DrainedHold> Drained(HttpContext context, DrainAnswer answer)
    {
        string token = answer.Token.ToString(CultureInfo.InvariantCulture);
        context.Response.Headers["Flags-Token"] = token;
        return new LineResult<DrainedHold>(new JsonResult<DrainedHold>(new DrainedHold(answer.DrainedAt!.Value, answer.Token, answer.Left, answer.Expired), FlagsJson.Relaxed.DrainedHold), token);
    }

    private async Task<IReadOnlyList<LeaseInfo>> InsideAsync(HttpContext context, Guid id) =>
        await reads.FindAsync(context.Caller(), id, context.RequestAborted) is { } hold ? (await leases.ListAsync(hold.Info.Features, context.RequestAborted)).Leases : [];
}
