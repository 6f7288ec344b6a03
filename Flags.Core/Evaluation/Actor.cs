using System.Text.Json;

namespace Flags.Core;

/// <summary>Who asks: a person, a job, an organisation, anything with an id.</summary>
/// <param name="Id">Null: an actor without an id, for whom the gates that need one stay closed. The empty text is an id.</param>
/// <param name="Properties">
/// What expressions read; null means none. Values must stay readable while the actor is in use: clone elements of a document that is
/// disposed earlier. A property <c>groups</c>, an array of strings, says in which groups the actor is.
/// </param>
/// <param name="Groups">Names of groups that the actor is in, besides the property <c>groups</c>; null means none.</param>
public sealed record Actor(string? Id, IReadOnlyDictionary<string, JsonElement>? Properties = null, IReadOnlyCollection<string>? Groups = null);
