using Flags.Core;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Flags.Api;

/// <summary>OpenAPI 3.1 at <c>/openapi/v1.json</c>.</summary>
internal static class ApiDescription
{
    public static void AddApiDescription(this IServiceCollection services) => services.AddSingleton<ApiDocument>().AddOpenApi(options =>
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        // HEAD goes with every GET and would have its operation id.
        options.ShouldInclude = description => description.HttpMethod != "HEAD" && description.RelativePath?.StartsWith("api/v1/", StringComparison.Ordinal) == true;
        options.AddOperationTransformer(DescribeAsync);
        options.AddDocumentTransformer((document, _, _) =>
        {
            // Wherever the document came from: the same text for everybody, also behind a proxy.
            document.Servers = [new OpenApiServer { Url = "/" }];
            document.Info = new OpenApiInfo { Title = "Flags", Version = "v1", Description = "Feature flags that make deploys safe." };
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
            {
                ["key"] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "A key, flg_…" },
            };
            document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("key", document)] = [] }];
            return Task.CompletedTask;
        });
    });

    public static void MapApiDescription(this IEndpointRouteBuilder app) => app.MapMethods("/openapi/v1.json", ["GET", "HEAD"],
        async (ApiDocument document) => TypedResults.Bytes(await document.TextAsync(), "application/json;charset=utf-8")).AllowAnonymous();

    private static async Task DescribeAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellation)
    {
        NamePathParameters(operation, context.Description.RelativePath ?? "");
        foreach (QueryParameter query in context.Description.ActionDescriptor.EndpointMetadata.OfType<QueryParameter>())
            operation.Parameters!.Add(new OpenApiParameter { Name = query.Name, In = ParameterLocation.Query, Description = query.Description, Required = query.Required, Schema = new OpenApiSchema { Type = JsonSchemaType.String } });
        context.Document!.AddComponent(nameof(Problem), await context.GetOrCreateSchemaAsync(typeof(Problem), null, cancellation));
        operation.Responses ??= [];
        DescribeGranted(operation.Responses, context.Description.ActionDescriptor.EndpointMetadata);
        operation.Responses.TryAdd("default", new OpenApiResponse
        {
            Description = "Refused: type is for programs, detail and next are for people.",
            Content = new Dictionary<string, OpenApiMediaType> { ["application/problem+json"] = new() { Schema = new OpenApiSchemaReference(nameof(Problem), context.Document) } },
        });
    }

    private static void DescribeGranted(OpenApiResponses responses, IList<object> metadata)
    {
        foreach (OpenApiResponse granted in responses.Where(response => response.Key[0] == '2').Select(response => response.Value).OfType<OpenApiResponse>())
        {
            foreach (TextAnswer text in metadata.OfType<TextAnswer>())
                (granted.Content ??= new Dictionary<string, OpenApiMediaType>())["text/plain"] = new() { Schema = new OpenApiSchema { Type = JsonSchemaType.String, Description = text.Description } };
            foreach (AnswerHeader header in metadata.OfType<AnswerHeader>())
                (granted.Headers ??= new Dictionary<string, IOpenApiHeader>())[header.Name] = new OpenApiHeader { Description = header.Description, Schema = new OpenApiSchema { Type = JsonSchemaType.String } };
        }
    }

    /// <summary>Names are read from the raw path, so the framework does not see that they are parameters.</summary>
    private static void NamePathParameters(OpenApiOperation operation, string path)
    {
        operation.Parameters ??= [];
        foreach (string segment in path.Split('/').Where(s => s.StartsWith('{')))
        {
            string name = segment.Trim('{', '}');
            if (operation.Parameters.All(p => p.Name != name))
                operation.Parameters.Add(new OpenApiParameter { Name = name, In = ParameterLocation.Path, Required = true, Schema = new OpenApiSchema { Type = JsonSchemaType.String } });
        }
    }
}

/// <summary>The document as it is sent. Made once, when the first one asks: it takes the processor for a second, and who asks needs no key.</summary>
internal sealed class ApiDocument([FromKeyedServices("v1")] IOpenApiDocumentProvider provider)
{
    private readonly Lazy<Task<byte[]>> text = new(() => WriteAsync(provider));

    public Task<byte[]> TextAsync() => text.Value;

    private static async Task<byte[]> WriteAsync(IOpenApiDocumentProvider provider)
    {
        OpenApiDocument document = await provider.GetOpenApiDocumentAsync();
        using var written = new MemoryStream();
        await document.SerializeAsJsonAsync(written, OpenApiSpecVersion.OpenApi3_1);
        return written.ToArray();
    }
}
