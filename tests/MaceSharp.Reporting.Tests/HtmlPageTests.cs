using System.Text.Json;
using System.Text.RegularExpressions;

namespace MaceSharp.Reporting.Tests;

public sealed partial class HtmlPageTests
{
    private const string Evil = "</script><img src=x onerror=alert(1)>&\"'<!--";

    [Fact]
    public void Nothing_a_user_writes_becomes_markup()
    {
        Panel panel = new Panel(new Axis(Evil), new Axis(Evil), Evil).Add(new LineSeries(Evil, [0, 1], [0, 1]));
        string html = new HtmlPage(Evil).AddHeading(Evil).AddText(Evil).AddPreformatted(Evil).AddList([Evil])
            .AddTable(new ReportTable([Evil], [[Evil]], Evil)).AddFigure(new Figure(Evil) { Caption = Evil }.Add(panel)).ToHtml();
        Assert.DoesNotContain("<img", html, StringComparison.Ordinal);
        Assert.DoesNotContain("onerror=alert(1)>", html, StringComparison.Ordinal);
        Assert.Equal(3, ScriptEnd().Count(html));
        using JsonDocument figure = JsonDocument.Parse(FigureData().Match(html).Groups["data"].Value);
        Assert.Equal(Evil, figure.RootElement.GetProperty("title").GetString());
    }

    [Fact]
    public void A_page_needs_no_other_file()
    {
        string html = new HtmlPage("t").AddFigure(new Figure("f").Add(new Panel(new Axis("x"), new Axis("y")).Add(new LineSeries("l", [0, 1], [0, 1])))).ToHtml();
        Assert.DoesNotMatch(Reference(), html);
        Assert.Contains("uPlot (v1.6.32)", html, StringComparison.Ordinal);
        Assert.Contains("Permission is hereby granted", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_break_where_a_number_is_missing()
    {
        string html = new HtmlPage("t").AddFigure(new Figure("f").Add(new Panel(new Axis("x"), new Axis("y")).Add(new LineSeries("l", [0, 1, double.NaN, 0, 1], [0, 1, double.NaN, 2, 3])))).ToHtml();
        using JsonDocument figure = JsonDocument.Parse(FigureData().Match(html).Groups["data"].Value);
        Assert.Equal("[0,1,null,0,1]", figure.RootElement.GetProperty("panels")[0].GetProperty("series")[0].GetProperty("x").GetRawText());
    }

    [Fact]
    public void Files_are_replaced_as_a_whole()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            string path = Path.Combine(folder, "page.html");
            File.WriteAllText(path, "old");
            new HtmlPage("new").Save(path);
            Assert.Contains("<h1>new</h1>", File.ReadAllText(path), StringComparison.Ordinal);
            Assert.Equal([path], Directory.GetFiles(folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [GeneratedRegex("</script>")]
    private static partial Regex ScriptEnd();

    [GeneratedRegex("<script type=\"application/json\">(?<data>.*?)</script>", RegexOptions.Singleline)]
    private static partial Regex FigureData();

    [GeneratedRegex("""<(script|link|img|iframe)[^>]*(src|href)=|@import|url\((?!#)""")]
    private static partial Regex Reference();
}
