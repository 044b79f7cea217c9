using System.Diagnostics.CodeAnalysis;

namespace MaceSharp.Atoms;

/// <summary>Reads a CIF block by block; values that do not matter for a structure are not kept.</summary>
/// <param name="lines">The lines of the file.</param>
internal sealed class CifBlockReader(TextLines lines)
{
    private readonly CifTokenizer _tokens = new(lines);
    private CifToken _token;
    private bool _started;

    /// <summary>Reads the next data block.</summary>
    /// <param name="block">The block.</param>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="InvalidInputException">The file breaks the grammar of CIF.</exception>
    public bool TryRead([NotNullWhen(true)] out CifBlock? block)
    {
        if (!_started)
        {
            _token = _tokens.Next();
            _started = true;
            if (_token.Kind != CifTokenKind.Block)
            {
                throw lines.ErrorAt(_token.Line, _token.Kind == CifTokenKind.End
                    ? "the file is empty; a CIF begins with a line such as data_name"
                    : $"{Fields.Quote(_token.Text)} stands before the first data block; a CIF begins with a line such as data_name");
            }
        }

        block = null;
        if (_token.Kind == CifTokenKind.End) { return false; }
        block = new CifBlock(_token.Line);
        _token = _tokens.Next();
        while (_token.Kind is not (CifTokenKind.Block or CifTokenKind.End)) { ReadItem(block); }
        return true;
    }

    private void ReadItem(CifBlock block)
    {
        CifToken head = _token;
        _token = _tokens.Next();
        switch (head.Kind)
        {
            case CifTokenKind.Loop:
                ReadLoop(block, head);
                break;
            case CifTokenKind.Tag:
                if (_token.Kind != CifTokenKind.Value) { throw lines.ErrorAt(head.Line, $"{Fields.Quote(head.Text)} has no value"); }
                Add(block, head, [_token]);
                _token = _tokens.Next();
                break;
            case CifTokenKind.Value:
                throw lines.ErrorAt(head.Line, $"the value {Fields.Quote(head.Text)} stands where a data name (_…) or loop_ should");
        }
    }

    private void ReadLoop(CifBlock block, CifToken loop)
    {
        List<(CifToken Tag, List<CifToken>? Values)> columns = [];
        for (; _token.Kind == CifTokenKind.Tag; _token = _tokens.Next())
        {
            columns.Add((_token, CifBlock.NameOf(_token.Text) is null ? null : []));
        }

        if (columns.Count == 0) { throw lines.ErrorAt(loop.Line, "loop_ is not followed by data names"); }
        long count = 0;
        for (; _token.Kind == CifTokenKind.Value; _token = _tokens.Next(), count++)
        {
            columns[(int)(count % columns.Count)].Values?.Add(_token);
        }

        if (count % columns.Count != 0)
        {
            throw lines.ErrorAt(loop.Line, $"the loop that begins here has {columns.Count} data names but {count} values, which is not a multiple");
        }

        foreach ((CifToken tag, List<CifToken>? values) in columns)
        {
            if (values is not null) { Add(block, tag, values); }
        }
    }

    private void Add(CifBlock block, CifToken tag, List<CifToken> values)
    {
        if (CifBlock.NameOf(tag.Text) is string name && !block.TryAdd(name, values))
        {
            throw lines.ErrorAt(tag.Line, $"{Fields.Quote(tag.Text)} is given twice in one data block");
        }
    }
}
