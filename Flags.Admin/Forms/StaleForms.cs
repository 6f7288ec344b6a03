using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Flags.Admin;

/// <summary>
/// A form whose antiforgery value is of another sign-in or too old: nothing is done, and the same fields are offered again with a fresh value.
/// The framework would answer with an empty 400.
/// </summary>
internal static class StaleForms
{
    /// <summary>For pages, whose endpoints take no filters.</summary>
    public static void Answer(EndpointBuilder endpoint)
    {
        if (endpoint.RequestDelegate is { } render)
            endpoint.RequestDelegate = context => IsStatus(context) ? RenderAsync(context, render) : IsStale(context) ? Page(context).ExecuteAsync(context) : render(context);
    }

    /// <summary>The page about a failed request is only looked at, whatever that request was: its form is neither checked nor sent to a handler.</summary>
    private static Task RenderAsync(HttpContext context, RequestDelegate render)
    {
        context.Features.Set<IAntiforgeryValidationFeature>(null);
        context.Request.Method = HttpMethods.Get;
        return render(context);
    }

    private static bool IsStatus(HttpContext context) => context.Features.Get<IStatusCodeReExecuteFeature>() is not null || context.Features.Get<IExceptionHandlerPathFeature>() is not null;

    public static ValueTask<object?> FilterAsync(EndpointFilterInvocationContext invocation, EndpointFilterDelegate next) =>
        IsStale(invocation.HttpContext) ? ValueTask.FromResult<object?>(Page(invocation.HttpContext)) : next(invocation);

    private static bool IsStale(HttpContext context) => context.Features.Get<IAntiforgeryValidationFeature>() is { IsValid: false };

    private static RazorComponentResult<StaleFormPage> Page(HttpContext context)
    {
        // Reading the fields of a refused form throws while this says that it was refused; they are only shown.
        context.Features.Set<IAntiforgeryValidationFeature>(null);
        ActionForm? form = context.Request.HasFormContentType ? ActionForm.Read(context.Request.Form) : null;
        return new RazorComponentResult<StaleFormPage>(new { Form = form }) { StatusCode = StatusCodes.Status400BadRequest };
    }
}
