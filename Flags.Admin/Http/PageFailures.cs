using Flags.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Flags.Admin;

/// <summary>Gives every empty 4xx and 5xx, and every exception, the page <c>/admin/status</c>, which speaks by status.</summary>
internal static class PageFailures
{
    public const string Path = "/admin/status";

    public static void UsePageFailures(this IApplicationBuilder pages)
    {
        pages.UseExceptionHandler(new ExceptionHandlerOptions
        {
            ExceptionHandlingPath = Path,
            CreateScopeForErrors = true,
            StatusCodeSelector = failure => failure is StoreUnavailableException ? StatusCodes.Status503ServiceUnavailable
                : failure is BadHttpRequestException bad ? bad.StatusCode : StatusCodes.Status500InternalServerError,
        });
        pages.UseStatusCodePagesWithReExecute(Path, createScopeForStatusCodePages: true);
    }
}
