using Flags.Client;
using Microsoft.FeatureManagement.FeatureFilters;

namespace Flags.SampleWeb;

/// <summary>Who is present, from the request.</summary>
public sealed class WhoAccessor(IHttpContextAccessor http) : ITargetingContextAccessor
{
    public ValueTask<TargetingContext> GetContextAsync() =>
        ValueTask.FromResult<TargetingContext>(new FlagsContext { UserId = http.HttpContext?.Request.Headers["X-Who"].ToString() });
}
