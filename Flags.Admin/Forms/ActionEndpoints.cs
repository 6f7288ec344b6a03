using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Flags.Admin;

/// <summary><c>/admin/do/{action}</c>: POST only; whoever reloads an answer with GET gets the list of features.</summary>
internal static class ActionEndpoints
{
    public static void MapActions(this IEndpointRouteBuilder admin)
    {
        RouteGroupBuilder actions = admin.MapGroup("do");
        // Checked here and not by parameter binding, because the form is read from the request as it is.
        actions.WithMetadata(new RequireAntiforgeryTokenAttribute()).AddEndpointFilter(StaleForms.FilterAsync);
        actions.MapGet("{action}", (HttpContext context) => new SeeOther(context.Request.PathBase + LocalPath.Default)).RequireAuthorization(Session.Policy);
        actions.MapPost("theme", (Delegate)ThemeAsync).AllowAnonymous();
        actions.MapPost("passkey", (Delegate)PasskeyOptions.SendAsync).AllowAnonymous();
        actions.MapPost("sign-out", (Delegate)SignOutAsync).RequireAuthorization(Session.Policy);
        actions.MapPost("{action}", RunAsync).RequireAuthorization(Session.Policy);
    }

    private static async Task<IResult> RunAsync(string action, HttpContext context, PageActions actions, Visit visit)
    {
        ActionForm form = ActionForm.Read(await context.Request.ReadFormAsync(context.RequestAborted));
        if (action == "revoke-key" && !await Session.IsFreshAsync(context, visit.Now))
            return new SeeOther(visit.To(Session.AgainPath(form.Back)));
        return await actions.RunAsync(action, form, visit.Caller, context.RequestAborted) switch
        {
            null => Results.NotFound(),
            ActionDone done => new SeeOther(visit.To(done.Location)),
            { } answer => new RazorComponentResult<AnswerPage>(new { Answer = answer }) { StatusCode = answer.Status },
        };
    }

    private static async Task ThemeAsync(HttpContext context)
    {
        ActionForm form = ActionForm.Read(await context.Request.ReadFormAsync(context.RequestAborted));
        string theme = Themes.All.Contains(form["to"]) ? form["to"] : Themes.Auto;
        PageCookies.Set(context, Themes.Cookie, theme);
        SeeOther.To(context, context.Request.PathBase + form.Back);
    }

    private static async Task SignOutAsync(HttpContext context)
    {
        await context.SignOutAsync(Session.Scheme);
        SeeOther.To(context, context.Request.PathBase + "/admin/sign-in");
    }
}
