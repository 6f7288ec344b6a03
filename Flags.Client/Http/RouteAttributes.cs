namespace Flags.Client;

/// <summary>
/// The attributes of <see cref="IFlagsApi"/>, with the names and shapes of Refit's: they say where each method goes, tests compare them with the
/// server's OpenAPI, and a build with <c>-p:Refit=true</c> leaves this file out and takes Refit's.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal abstract class RouteAttribute(string path) : Attribute
{
    public string Path { get; } = path;
}

internal sealed class GetAttribute(string path) : RouteAttribute(path);

internal sealed class PostAttribute(string path) : RouteAttribute(path);

internal sealed class PutAttribute(string path) : RouteAttribute(path);

internal sealed class PatchAttribute(string path) : RouteAttribute(path);

internal sealed class DeleteAttribute(string path) : RouteAttribute(path);

/// <summary>The parameter is the JSON body.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
internal sealed class BodyAttribute : Attribute;

/// <summary>The parameter is a header.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
internal sealed class HeaderAttribute(string header) : Attribute
{
    public string Header { get; } = header;
}

/// <summary>The parameter is one of the query, or each property of it is.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
internal sealed class QueryAttribute : Attribute
{
    public QueryAttribute()
    {
    }

    public QueryAttribute(CollectionFormat format) => Format = format;

    public CollectionFormat? Format { get; }
}

/// <summary>How a list is written into a query: <c>Multi</c> repeats the name.</summary>
internal enum CollectionFormat
{
    Multi,
}

/// <summary>The parameter's name on the wire.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
internal sealed class AliasAsAttribute(string name) : Attribute
{
    public string Name { get; } = name;
}

/// <summary>The parameter travels in <see cref="HttpRequestMessage.Options"/> to a handler that writes it as headers.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
internal sealed class PropertyAttribute(string key) : Attribute
{
    public string Key { get; } = key;
}
