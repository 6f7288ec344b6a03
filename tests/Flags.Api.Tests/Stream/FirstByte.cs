using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace Flags.Api.Tests;

/// <summary>Holds every stream up before its first byte.</summary>
internal sealed class FirstByte : IStartupFilter
{
    private readonly TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously), goesOn = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Done when a stream is about to write.</summary>
    public Task Reached => reached.Task;

    public void GoOn() => goesOn.SetResult();

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use((context, rest) =>
        {
            if (context.Request.Path == "/api/v1/stream")
            {
                context.Response.OnStarting(() =>
                {
                    reached.TrySetResult();
                    return goesOn.Task;
                });
            }

            return rest();
        });
        next(app);
    };
}
