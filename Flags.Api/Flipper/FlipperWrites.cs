using System.Text;
using Flags.Core;
using Flags.Store;

namespace Flags.Api;

/// <summary>Writes of Flipper's API: each is one transaction of the store, and its answer shows what that stored.</summary>
internal sealed class FlipperWrites(FeatureStore store, WireOptions options)
{
    private sealed record Edit(string Action, Func<Gates, Gates> Apply, FlipperError? Error = null)
    {
        public static Edit Refused(FlipperError error) => new("", gates => gates, error);
    }

    public async Task CreateAsync(HttpContext context, FlipperTarget target)
    {
        if (await ParametersAsync(context, target) is not { } parameters)
            return;
        string name = FeatureName.Normalize(parameters.Text("name") ?? "");
        if (name.Length == 0)
            await FlipperAnswer.RefuseAsync(context, FlipperError.NameMissing);
        else
            await WriteAsync(context, name, "", new Edit("create", gates => gates));
    }

    public async Task GateAsync(HttpContext context, FlipperTarget target)
    {
        if (await ParametersAsync(context, target) is not { } parameters)
            return;
        Edit edit = target.Name.Length == 0 ? Edit.Refused(FlipperError.NameMissing) : EditOf(target.Gate, parameters, HttpMethods.IsPost(context.Request.Method));
        if (edit.Error is { } error)
            await FlipperAnswer.RefuseAsync(context, error);
        else
            await WriteAsync(context, target.Name, target.Gate, edit);
    }

    /// <summary>Wipes the gates and the deny lists; an unknown name stays unknown.</summary>
    public Task ClearAsync(HttpContext context, FlipperTarget target) =>
        EndAsync(context, target, (caller, write) => store.PutGatesAsync(caller, target.Name, Gates.Empty, write, context.RequestAborted));

    public Task DeleteAsync(HttpContext context, FlipperTarget target) =>
        EndAsync(context, target, (caller, write) => store.DeleteAsync(caller, target.Name, write, context.RequestAborted));

    private static async Task EndAsync(HttpContext context, FlipperTarget target, Func<Caller, WriteOptions, Task<WriteResult>> write)
    {
        if (await ParametersAsync(context, target) is null)
            return;
        if (target.Name.Length == 0)
            await FlipperAnswer.RefuseAsync(context, FlipperError.NameMissing);
        else if (!TryReadOptions(context, out WriteOptions with, out FlipperError? error))
            await FlipperAnswer.RefuseAsync(context, error!);
        else if (await write(context.Caller(), with) is Refused { Problem: var problem } && problem.Status != StatusCodes.Status404NotFound)
            await FlipperAnswer.RefuseAsync(context, FlipperError.Of(problem));
        else
            await FlipperAnswer.NoContent(context);
    }

    private Edit EditOf(string gate, FlipperParameters parameters, bool add) => gate switch
    {
        "boolean" => new Edit(add ? "enable" : "disable", gates => FlipperGates.Switch(gates, add)),
        "actors" or "deny_actors" => parameters.Text("flipper_id") is { } id ? MemberOf(gate, id, add) : Edit.Refused(FlipperError.ActorMissing),
        "groups" or "deny_groups" => GroupOf(gate, parameters, add),
        "percentage_of_actors" or "percentage_of_time" => ShareOf(gate, add ? parameters.Text("percentage") ?? "" : "0"),
        "expression" => add ? ExpressionOf(parameters) : new Edit("gates", gates => gates with { Expression = null }),
        _ => throw new ArgumentOutOfRangeException(nameof(gate)),
    };

    private static Edit MemberOf(string gate, string member, bool add) => new("gates", gates => FlipperGates.Member(gates, gate, member, add));

    private Edit GroupOf(string gate, FlipperParameters parameters, bool add)
    {
        if (parameters.Text("name") is not { Length: > 0 } name)
            return Edit.Refused(FlipperError.NameMissing);
        bool known = options.Groups.Contains(name) || parameters.Text("allow_unregistered_groups") == "true";
        return known ? MemberOf(gate, name, add) : Edit.Refused(FlipperError.GroupNotRegistered);
    }

    private static Edit ShareOf(string gate, string text) => Percentage.TryParse(text, out Percentage percentage)
        ? new Edit("gates", gates => FlipperGates.Share(gates, gate, percentage)) : Edit.Refused(FlipperError.Percentage);

    private static Edit ExpressionOf(FlipperParameters parameters)
    {
        if (parameters.Json is not { } json)
            return Edit.Refused(FlipperError.Expression with { Detail = "The body must be the expression, with the content type application/json" });
        return Expression.TryParse(json, ExpressionRules.Flipper, out Expression? expression, out string? why)
            ? new Edit("gates", gates => gates with { Expression = expression }) : Edit.Refused(FlipperError.Expression with { Detail = why });
    }

    private async Task WriteAsync(HttpContext context, string name, string gate, Edit edit)
    {
        if (!TryReadOptions(context, out WriteOptions with, out FlipperError? error))
        {
            await FlipperAnswer.RefuseAsync(context, error!);
            return;
        }

        switch (await store.ApplyAsync(context.Caller(), edit.Action, name, edit.Apply, with, context.RequestAborted))
        {
            case Written { Stored: var stored }:
                if (stored.Holds.Count > 0)
                    FlipperAnswer.TellHeld(context, [name]);
                var json = new StringBuilder();
                FlipperText.AppendFeature(json, name, stored.Feature.Gates, FlipperDetail.Full, always: gate);
                await FlipperAnswer.WriteAsync(context, json);
                break;
            case Refused no:
                await FlipperAnswer.RefuseAsync(context, FlipperError.Of(no.Problem));
                break;
            case var other:
                throw new InvalidOperationException($"Unknown result {other}");
        }
    }

    /// <summary>Null when the request was refused. Read also where nothing of it is needed: what cannot be read is not ignored.</summary>
    private static async Task<FlipperParameters?> ParametersAsync(HttpContext context, FlipperTarget target)
    {
        FlipperParameters parameters = await FlipperParameters.ReadAsync(context, target);
        if (parameters.Error is not { } error)
            return parameters;
        await FlipperAnswer.RefuseAsync(context, error);
        return null;
    }

    /// <summary>Reason and confirmation.</summary>
    internal static bool TryReadOptions(HttpContext context, out WriteOptions with, out FlipperError? error)
    {
        bool read = Preconditions.TryRead(context.Request, null, out with, out Problem? problem);
        error = problem is null ? null : FlipperError.Invalid with { Detail = problem.Detail };
        return read;
    }
}
