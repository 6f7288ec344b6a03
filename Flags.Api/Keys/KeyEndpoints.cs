using Flags.Core;
using Flags.Store;

namespace Flags.Api;

/// <summary>Keys: list, mint, rename, rotate, revoke.</summary>
internal static class KeyEndpoints
{
    public static void MapKeys(this IEndpointRouteBuilder api)
    {
        api.MapRead("/keys", ListAsync).Needs(Permissions.Admin).Produces<KeyList>().WithName("listKeys").WithSummary("All keys, without their secrets");
        api.MapPost("/keys", MintAsync).Needs(Permissions.Admin).Accepts<MintKey>("application/json").Produces<MintedKey>(201).WithName("mintKey").WithSummary("Mint a key; the secret is shown only now");
        api.MapPatch("/keys/{id}", RenameAsync).Needs(Permissions.Admin).Accepts<KeyPatch>("application/json", "application/merge-patch+json").Produces<KeyInfo>().WithName("patchKey").WithSummary("Rename a key");
        api.MapPost("/keys/{id}/rotate", RotateAsync).Needs(Permissions.Admin).Accepts<RotateKey>(true, "application/json").Produces<MintedKey>().WithName("rotateKey").WithSummary("A new secret; the old one works on for a while");
        api.MapDelete("/keys/{id}", RevokeAsync).Needs(Permissions.Admin).Produces(204).WithName("revokeKey").WithSummary("Revoke a key; every replica refuses it within 1.5 s");
    }

    private static async Task<IResult> ListAsync(HttpContext context, KeyStore store) =>
        new JsonResult<KeyList>(await store.ListAsync(context.RequestAborted), FlagsJson.Relaxed.KeyList);

    private static async Task<IResult> MintAsync(HttpContext context, KeyStore store)
    {
        (MintKey? body, Problem? problem) = await Body.ReadAsync(context, StrictJson.Context.MintKey);
        if (problem is not null || !Preconditions.TryRead(context.Request, null, out WriteOptions options, out problem))
            return ProblemResult.Of(problem!);
        return Result(await store.MintAsync(context.Caller(), body!, options.Reason, context.RequestAborted), StatusCodes.Status201Created);
    }

    private static async Task<IResult> RenameAsync(HttpContext context, string id, KeyStore store)
    {
        (KeyPatch? body, Problem? problem) = await Body.ReadAsync(context, StrictJson.Context.KeyPatch);
        if (problem is not null || !Preconditions.TryRead(context.Request, null, out WriteOptions options, out problem))
            return ProblemResult.Of(problem!);
        return Result(await store.RenameAsync(context.Caller(), id, body!, options.Reason, context.RequestAborted));
    }

    private static async Task<IResult> RotateAsync(HttpContext context, string id, KeyStore store)
    {
        (RotateKey? body, Problem? problem) = await Body.ReadOptionalAsync(context, StrictJson.Context.RotateKey, new RotateKey());
        if (problem is not null || !Preconditions.TryRead(context.Request, null, out WriteOptions options, out problem))
            return ProblemResult.Of(problem!);
        return Result(await store.RotateAsync(context.Caller(), id, new Rotation(body!.KeepOldFor?.Value, options.Reason), context.RequestAborted));
    }

    private static async Task<IResult> RevokeAsync(HttpContext context, string id, KeyStore store)
    {
        if (!Preconditions.TryRead(context.Request, null, out WriteOptions options, out Problem? problem))
            return ProblemResult.Of(problem!);
        KeyResult result = await store.RevokeAsync(context.Caller(), id, options.Reason, context.RequestAborted);
        return result is KeyDone ? Answer.NoContent : Result(result);
    }

    private static IResult Result(KeyResult result, int status = StatusCodes.Status200OK) => result switch
    {
        KeyDone { Secret: { } secret } done => new JsonResult<MintedKey>(new MintedKey(secret, done.Info), FlagsJson.Relaxed.MintedKey, status),
        KeyDone done => new JsonResult<KeyInfo>(done.Info, FlagsJson.Relaxed.KeyInfo),
        KeyRefused no => ProblemResult.Of(no.Problem),
        _ => throw new InvalidOperationException($"Unknown result {result}"),
    };
}
