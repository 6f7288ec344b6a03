using Microsoft.AspNetCore.Mvc;
using Microsoft.FeatureManagement.Mvc;

namespace Flags.SampleWeb;

public sealed class HomeController : Controller
{
    /// <summary>A page with a part that is there for some.</summary>
    [HttpGet("/")]
    public IActionResult Index() => View();

    /// <summary>Not found while the feature is off.</summary>
    [HttpGet("/gated")]
    [FeatureGate("sample_mvc")]
    public IActionResult Gated() => Content("gated");
}
