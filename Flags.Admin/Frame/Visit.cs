using System.Reflection;
using System.Security.Claims;
using Flags.Core;
using Flags.Store;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace Flags.Admin;

/// <summary>What a page needs to know of its request: who looks, which features there are, where links lead.</summary>
public sealed class Visit(IHttpContextAccessor accessor, FeatureCache cache, TimeProvider time, IConfiguration configuration, PublicAddress address, DeployFeed deploys, WorkerFeed workers)
{
    private Task<FeatureRead>? features;
    private Task<DeployState?>? holds;

    /// <summary>The build that answers; a page of another build reloads itself.</summary>
    public static string Build { get; } = typeof(Visit).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
        + "-" + typeof(Visit).Module.ModuleVersionId.ToString("N")[..8];

    public HttpContext Http => accessor.HttpContext ?? throw new InvalidOperationException("A page is rendered outside a request.");

    public bool SignedIn => Http.User.Identity?.IsAuthenticated == true;

    public string Name => Http.User.FindFirstValue(PersonClaims.Shown) ?? "";

    public string Role => Http.User.FindFirstValue(ClaimTypes.Role) ?? "";

    public Caller Caller => new(Http.User.FindFirstValue(ClaimTypes.NameIdentifier) ?? "", Name, CallerKind.Person, Roles.May(Role))
    {
        Address = Http.Connection.RemoteIpAddress?.ToString(),
        RequestId = Http.TraceIdentifier,
    };

    public DateTimeOffset Now => time.GetUtcNow();

    public string? Environment => configuration["Flags:Environment"] is { Length: > 0 } name ? name : null;

    public string Theme => Http.Request.Cookies[Themes.Cookie] is { } theme && Themes.All.Contains(theme) ? theme : Themes.Auto;

    public string? ZoneName => Http.Request.Cookies[Zones.Cookie];

    /// <summary>The time zone of whoever looks.</summary>
    public TimeZoneInfo Zone => Zones.Of(ZoneName);

    /// <summary>Whether keys without Ctrl do something.</summary>
    public bool SingleKeys => Http.Request.Cookies[PageCookies.Keys] != PageCookies.Off;

    /// <summary>This page's path and query, without what was done last; of an action, the page it came from.</summary>
    public string Here
    {
        get
        {
            HttpRequest request = Http.Request;
            if (request.Path.StartsWithSegments("/admin/do"))
                return LocalPath.Checked(request.HasFormContentType ? request.Form["back"].ToString() : null);
            string path = Http.Features.Get<IStatusCodeReExecuteFeature>() is { } again ? again.OriginalPath + again.OriginalQueryString : request.Path + request.QueryString;
            return LocalPath.With(LocalPath.Checked(path), ("done", null), ("there", null), ("refused", null), ("extended", null), ("saved", null));
        }
    }

    /// <summary>This server's address for commands that people copy.</summary>
    public string Address => address.Url ?? $"{Http.Request.Scheme}://{Http.Request.Host}{Http.Request.PathBase}";

    /// <summary>A path of this server as links need it: behind the request's base path.</summary>
    public string To(string path) => Http.Request.PathBase + path;

    /// <summary>The features, read once a request; with the database down the last known.</summary>
    public Task<FeatureRead> FeaturesAsync() => features ??= cache.ReadAsync().AsTask();

    /// <summary>Live holds and jobs, read once a request; null while the database is not answering.</summary>
    public Task<DeployState?> DeploysAsync() => holds ??= WhileUpAsync(set => deploys.ReadAsync(set, Live.IsRefresh(Http), Http.RequestAborted));

    /// <summary>Holds that ended within the last day; null while the database is not answering.</summary>
    public Task<IReadOnlyList<HoldInfo>?> PastHoldsAsync() => WhileUpAsync(set => deploys.PastAsync(set, Http.RequestAborted));

    /// <summary>All workers; null while the database is not answering.</summary>
    public Task<WorkersState?> WorkersAsync() => WhileUpAsync(_ => workers.ReadAsync(Live.IsRefresh(Http), Http.RequestAborted));

    /// <summary>Attributes of a control that cannot be used now; the line it points to says why. Null when it can.</summary>
    public async Task<IReadOnlyDictionary<string, object>?> BlockedAsync() => await WhyBlockedAsync() is null
        ? null
        : new Dictionary<string, object> { ["aria-disabled"] = "true", ["aria-describedby"] = "blocked" };

    /// <summary>Why nothing can be changed from here now; null when it can.</summary>
    public async Task<string?> WhyBlockedAsync()
    {
        if ((await FeaturesAsync()).Stale is { } stale)
            return $"Read-only: the database is not answering (data {stale.TotalSeconds:0} s old).";
        return Caller.May(Permissions.Write) ? null : "You can look at everything here. Changing it needs the role operator: ask an admin.";
    }

    /// <summary>What is read; null while the database is not answering.</summary>
    public async Task<T?> WhileUpAsync<T>(Func<FeatureSet, Task<T>> read)
        where T : class
    {
        FeatureRead now = await FeaturesAsync();
        try
        {
            return now.Stale is null ? await read(now.Set) : null;
        }
        catch (StoreUnavailableException)
        {
            return null;
        }
    }

    /// <summary>Gives the answer of a form on a page its status; of what is done, only the way to go on is left.</summary>
    public ActionAnswer? Give(ActionAnswer? answer)
    {
        if (answer is ActionDone done)
            SeeOther.To(Http, To(done.Location));
        else if (answer is not null)
            Http.Response.StatusCode = answer.Status;
        return answer;
    }
}
