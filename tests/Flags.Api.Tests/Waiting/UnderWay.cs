using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace Flags.Api.Tests;

/// <summary>Counts the calls that the server has begun and not ended.</summary>
internal sealed class UnderWay : IStartupFilter
{
    private int count;

    public int Count => Volatile.Read(ref count);

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(async (_, rest) =>
        {
            Interlocked.Increment(ref count);
            try
            {
                await rest();
            }
            finally
            {
                Interlocked.Decrement(ref count);
            }
        });
        next(app);
    };
}
