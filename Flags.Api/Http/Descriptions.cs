using Flags.Core;

namespace Flags.Api;

/// <summary>What a granted answer is as <c>text/plain</c>.</summary>
internal sealed record TextAnswer(string Description);

/// <summary>A header of granted answers.</summary>
internal sealed record AnswerHeader(string Name, string Description)
{
    public static AnswerHeader Token { get; } = new("Flags-Token", "The fencing token.");

    public static AnswerHeader ExpiresIn { get; } = new("Flags-Expires-In", "Seconds of life; count them from before the request was sent.");
}

/// <summary>What the framework cannot see of a route, for its description.</summary>
internal static class Descriptions
{
    public static RouteHandlerBuilder Takes(this RouteHandlerBuilder route, params object[] parameters) => route.WithMetadata(parameters);

    public static RouteHandlerBuilder InText(this RouteHandlerBuilder route, string description) => route.WithMetadata(new TextAnswer(description));

    public static RouteHandlerBuilder Tells(this RouteHandlerBuilder route, params object[] headers) => route.WithMetadata(headers);

    /// <summary>Refusals that are this route's own; those that any route may give are its default answer.</summary>
    public static RouteHandlerBuilder Refuses(this RouteHandlerBuilder route, params int[] statuses) =>
        statuses.Aggregate(route, (described, status) => described.Produces<Problem>(status, "application/problem+json"));
}
