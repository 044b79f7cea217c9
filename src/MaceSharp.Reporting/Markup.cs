using System.Globalization;
using System.Text;

namespace MaceSharp.Reporting;

/// <summary>Text and numbers as they stand in SVG and HTML.</summary>
internal static class Markup
{
    /// <summary>Escapes text for content and quoted attributes; characters that XML does not allow become U+FFFD.</summary>
    public static string Escape(string text)
    {
        StringBuilder result = new(text.Length + 16);
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            switch (c)
            {
                case '&': result.Append("&amp;"); break;
                case '<': result.Append("&lt;"); break;
                case '>': result.Append("&gt;"); break;
                case '"': result.Append("&quot;"); break;
                case '\'': result.Append("&#39;"); break;
                case '\t' or '\n' or '\r': result.Append(c); break;
                case < ' ' or '\uFFFE' or '\uFFFF': result.Append('\uFFFD'); break;
                case var _ when char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]): result.Append(c).Append(text[++i]); break;
                case var _ when char.IsSurrogate(c): result.Append('\uFFFD'); break;
                default: result.Append(c); break;
            }
        }

        return result.ToString();
    }

    /// <summary>A coordinate, pixels, to hundredths.</summary>
    public static string Pixel(double value) => (Math.Round(value, 2) + 0.0).ToString("0.##", CultureInfo.InvariantCulture);
}
