using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;

namespace Flags.Admin.Tests;

/// <summary>A browser without script: follows links, fills and sends forms with everything that is in them.</summary>
public sealed class PageClient : IDisposable
{
    private static readonly HtmlParser Parser = new();

    private readonly HttpClient http;

    public PageClient(Uri address)
    {
        Cookies = new CookieContainer();
        http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = Cookies, AutomaticDecompression = DecompressionMethods.All }) { BaseAddress = address };
    }

    public CookieContainer Cookies { get; }

    public HttpClient Http => http;

    public async Task<PageAnswer> GetAsync(string path, params (string Name, string Value)[] headers) => await SendAsync(new HttpRequestMessage(HttpMethod.Get, path), headers);

    /// <summary>Sends the form as a browser would: its fields, the pressed button, and other values for some of them.</summary>
    public async Task<PageAnswer> SubmitAsync(IHtmlFormElement form, string? button = null, params (string Name, string Value)[] values)
    {
        var fields = Fields(form).Where(f => values.All(v => v.Name != f.Key)).ToList();
        fields.AddRange(values.Select(v => KeyValuePair.Create(v.Name, v.Value)));
        if (button is not null)
        {
            IElement pressed = form.QuerySelectorAll("button").First(b => b.TextContent.Trim().StartsWith(button, StringComparison.Ordinal) || b.GetAttribute("aria-label") == button || b.Id == button);
            if (pressed.GetAttribute("name") is { } name)
                fields.Add(KeyValuePair.Create(name, pressed.GetAttribute("value") ?? ""));
        }

        return await PostAsync(form.GetAttribute("action") ?? throw new InvalidOperationException("A form without an action."), [.. fields]);
    }

    public async Task<PageAnswer> PostAsync(string path, KeyValuePair<string, string>[] fields, params (string Name, string Value)[] headers)
    {
        PageAnswer answer = await SendAsync(new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(fields) }, headers);
        return answer.Status is HttpStatusCode.SeeOther ? (await GetAsync(answer.Location!)) with { Redirected = answer.Location } : answer;
    }

    public async Task SignInAsync(string email, string passphrase)
    {
        PageAnswer page = await GetAsync("/admin/sign-in");
        PageAnswer answer = await SubmitAsync(page.FormOf("#passphrase"), null, ("email", email), ("passphrase", passphrase));
        Assert.Equal("/admin/features", answer.Redirected);
    }

    public static IEnumerable<KeyValuePair<string, string>> Fields(IHtmlFormElement form)
    {
        foreach (IElement field in form.QuerySelectorAll("input[name],textarea[name],select[name]"))
        {
            if (field is IHtmlInputElement { Type: "checkbox" or "radio", IsChecked: false })
                continue;
            string value = field switch { IHtmlInputElement input => input.Value, IHtmlTextAreaElement area => area.Value, IHtmlSelectElement select => select.Value ?? "", _ => "" };
            yield return KeyValuePair.Create(field.GetAttribute("name")!, value);
        }
    }

    public void Dispose() => http.Dispose();

    private async Task<PageAnswer> SendAsync(HttpRequestMessage request, (string Name, string Value)[] headers)
    {
        foreach ((string name, string value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using HttpResponseMessage response = await http.SendAsync(request);
        string text = await response.Content.ReadAsStringAsync();
        return new PageAnswer(response.StatusCode, text, Parser.ParseDocument(text))
        {
            Location = response.Headers.Location?.OriginalString,
            Headers = response.Headers.Concat(response.Content.Headers).ToDictionary(h => h.Key, h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase),
        };
    }
}

/// <summary>An answer as a person sees it.</summary>
public sealed record PageAnswer(HttpStatusCode Status, string Html, IHtmlDocument Document)
{
    public string? Location { get; init; }

    /// <summary>Where the post led; null when it was answered at once.</summary>
    public string? Redirected { get; init; }

    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    public string Main => Words(Document.QuerySelector("main"));

    public string Toast => Words(Document.QuerySelector("#toasts"));

    public IHtmlFormElement Form(string selector) => Document.QuerySelector(selector) as IHtmlFormElement ?? throw new InvalidOperationException($"No form {selector} in: {Main}");

    /// <summary>The form around what <paramref name="selector"/> finds.</summary>
    public IHtmlFormElement FormOf(string selector) => Document.QuerySelector(selector)?.Closest("form") as IHtmlFormElement ?? throw new InvalidOperationException($"No form around {selector} in: {Main}");

    public string Words(string selector) => Words(Document.QuerySelector(selector));

    private static string Words(IElement? element) => string.Join(' ', (element?.TextContent ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
