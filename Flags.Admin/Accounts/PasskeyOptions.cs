using Microsoft.AspNetCore.Http;

namespace Flags.Admin;

/// <summary><c>/admin/do/passkey</c>: what the script asks before it asks the browser.</summary>
internal static class PasskeyOptions
{
    public static async Task<IResult> SendAsync(HttpContext context, Passkeys passkeys)
    {
        ActionForm form = ActionForm.Read(await context.Request.ReadFormAsync(context.RequestAborted));
        return await passkeys.OptionsAsync(form, context.RequestAborted) is { } json ? Results.Text(json, "application/json") : Results.NotFound();
    }
}
