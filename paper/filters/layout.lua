-- What the formats need beyond the text: the title block, numbers in captions and references,
-- pictures with their alternative text, widths of table columns, the entries of the appendix, and
-- alternative text of equations.

local PICTURE = { typst = "svg", html = "svg", jats = "svg", docx = "png", latex = "pdf" }
local MONTHS = {
  "January", "February", "March", "April", "May", "June", "July", "August", "September",
  "October", "November", "December",
}

-- Characters of table text that fit into one line of the page, and into one line of a table that
-- leaves the measure; what the gap between two columns takes of them. They belong to the type size
-- of tables and the measures in template.typ.
local LINE, WIDE_LINE = 112, 126
-- LaTeX's own type is wider, and the gap too, as no hairlines guide the eye along a row; which table
-- leaves the measure is decided by LINE all the same.
local LATEX_LINE = 100
local GAP = FORMAT == "latex" and 3 or 2
-- A table of at least this many columns leaves the measure if its text does not fit.
local MANY_COLUMNS = 7
-- Cells up to this length are not broken into lines.
local SHORT = 8
-- Bold type, as in the header row, is wider by this factor.
local BOLD = 1.15
-- A table of at most this many lines stays in one piece.
local UNBROKEN_LINES = 26

-- How the number of a caption begins, and a reference to it.
local KINDS = { fig = "Figure", tbl = "Table", sec = "Section" }
local SELF_NUMBERING = FORMAT == "typst" or FORMAT == "latex"
local NBSP = "\u{a0}"

local stringify = pandoc.utils.stringify
local problems = pandoc.List()
local numbers = {} -- identifier of a figure, table or section -> its number, from crossref.lua

local function complain(...)
  problems:insert(string.format(...))
end

local function typst_string(text)
  return '"' .. text:gsub("\\", "\\\\"):gsub('"', '\\"') .. '"'
end

local function raw(text)
  return pandoc.RawBlock(FORMAT, text)
end

local function wrapped(opening, blocks, closing)
  return pandoc.Blocks { raw(opening) } .. blocks .. { raw(closing) }
end

-- Title block -----------------------------------------------------------------------------------

local function long_date(meta)
  local year, month, day = stringify(meta.date or ""):match("^(%d%d%d%d)-(%d%d)-(%d%d)$")
  if not year then
    complain("the front matter needs a `date` such as 2026-01-31")
    return
  end
  meta["date-iso"] = stringify(meta.date)
  local printed = string.format("%d %s %s", tonumber(day), MONTHS[tonumber(month)], year)
  if FORMAT == "jats" then
    if meta.copyright then meta.copyright.year = year end
    meta.date = { ["iso-8601"] = meta["date-iso"], year = year, month = month, day = day }
  else
    meta.date = pandoc.MetaInlines { pandoc.Str(printed) }
  end
end

-- One affiliation is printed once; with several, marks tell who belongs where.
local function affiliations_of(authors)
  local names, marks = pandoc.List(), {}
  for _, author in ipairs(authors) do
    local name = stringify(author.affiliation or "")
    if name ~= "" and not marks[name] then
      names:insert(name)
      marks[name] = tostring(#names)
    end
  end
  return names, marks
end

local function record_authors(meta)
  local names, marks = affiliations_of(meta.author)
  meta.affiliation = names:map(function(name)
    return { id = marks[name], name = name, mark = #names > 1 and marks[name] or nil }
  end)
  for _, author in ipairs(meta.author) do
    local mark = marks[stringify(author.affiliation or "")]
    author.mark = #names > 1 and mark or nil
    author.affiliation = mark
  end
end

local function lines_below_name(author)
  local lines = pandoc.List()
  for _, key in ipairs { "affiliation", "email", "orcid" } do
    local label = key == "orcid" and "ORCID " or ""
    if author[key] then lines:insert(label .. stringify(author[key])) end
  end
  return lines
end

local RAW_LINE = {
  docx = function(text)
    local escaped = text:gsub("&", "&amp;"):gsub("<", "&lt;")
    return pandoc.RawInline("openxml", "<w:r><w:br/><w:t>" .. escaped .. "</w:t></w:r>")
  end,
  latex = function(text)
    local escaped = pandoc.write(pandoc.Pandoc { pandoc.Plain { pandoc.Str(text) } }, "latex")
    return pandoc.RawInline("latex", "\\\\ {\\small " .. escaped:gsub("%s+$", "") .. "}")
  end,
}

-- Word and LaTeX want one run of text per author. The lines below the name are raw, since pandoc
-- fills in the author of the file's properties from what is plain text.
local function author_run(author)
  local run = pandoc.Inlines { pandoc.Str(stringify(author.name)) }
  run:extend(lines_below_name(author):map(RAW_LINE[FORMAT]))
  return pandoc.MetaInlines(run)
end

local function keyword_paragraph(keywords)
  local words = keywords:map(stringify)
  return pandoc.Para {
    pandoc.Strong { pandoc.Str("Keywords:") }, pandoc.Space(),
    pandoc.Str(table.concat(words, ", ")),
  }
end

local LATEX_PREAMBLE = [[
\usepackage{caption}
\captionsetup{labelsep=period,labelfont=bf,font=small,justification=raggedright,singlelinecheck=off}
\usepackage{float}
% A figure shares its page with text where it can; one that cannot stands at the top of its page.
\renewcommand{\topfraction}{.85}
\renewcommand{\bottomfraction}{.85}
\renewcommand{\textfraction}{.1}
\renewcommand{\floatpagefraction}{.8}
\makeatletter\setlength{\@fptop}{0pt}\makeatother
\usepackage{multicol}
% No wider space after a full stop: many of them here end an abbreviation, as in "et al.".
\frenchspacing
\usepackage{etoolbox}
\newcommand{\tabletype}{\footnotesize}
\AtBeginEnvironment{longtable}{%
  \tabletype\setlength{\tabcolsep}{5pt}\renewcommand{\arraystretch}{1.2}}
\setlength{\LTleft}{0pt}
\setlength{\LTright}{\fill}
\setlength{\LTcapwidth}{\textwidth}
% An entry of the appendix is not split: columns would end with its first line.
\newenvironment{entry}
  {\noindent\begin{minipage}{\linewidth}\raggedright\setlength{\parskip}{1pt}}
  {\end{minipage}\par\addvspace{5pt}}
% Long names in the appendix may break after an underscore.
\AtBeginDocument{\DeclareRobustCommand{\_}{\textunderscore\allowbreak}}
% pdfTeX knows no signs of formulas outside of them; XeTeX and LuaTeX have them in their fonts.
\ifdefined\DeclareUnicodeCharacter
\DeclareUnicodeCharacter{2212}{\ensuremath{-}}
\DeclareUnicodeCharacter{2260}{\ensuremath{\neq}}
\DeclareUnicodeCharacter{2264}{\ensuremath{\leq}}
\DeclareUnicodeCharacter{2265}{\ensuremath{\geq}}
\fi]]

local function as_runs(meta)
  if meta.author then
    local names = meta.author:map(function(author) return stringify(author.name) end)
    meta["author-meta"] = table.concat(names, "; ")
    meta.author = meta.author:map(author_run)
  end
  if meta.keywords and meta.abstract then
    meta.abstract = pandoc.MetaBlocks(
      pandoc.Blocks(meta.abstract) .. { keyword_paragraph(meta.keywords) })
  end
end

-- Typst, HTML and JATS have templates that know about authors and keywords.
local function title_block(meta)
  if not meta.title then complain("the front matter needs a `title`") end
  long_date(meta)
  if FORMAT == "docx" or FORMAT == "latex" then
    as_runs(meta)
  elseif meta.author then
    record_authors(meta)
  end
  if FORMAT == "jats" then meta.tags = meta.keywords end
  if FORMAT == "latex" then
    meta["header-includes"] = pandoc.MetaBlocks { raw(LATEX_PREAMBLE) }
  end
  return meta
end

-- Numbers ---------------------------------------------------------------------------------------
--
-- Typst and LaTeX number captions themselves, so they get their own kind of reference; the other
-- formats get the number as text, in the caption and in the reference.

-- In Word the number is a field: it follows when somebody moves a figure, and Word's own lists of
-- figures and tables find it.
local function caption_label(kind, number)
  if FORMAT ~= "docx" then return { pandoc.Str(kind .. NBSP .. number .. ".") } end
  local begins = string.format('<w:fldSimple w:instr=" SEQ %s \\* ARABIC ">', kind)
  return {
    pandoc.Str(kind .. NBSP), pandoc.RawInline("openxml", begins), pandoc.Str(number),
    pandoc.RawInline("openxml", "</w:fldSimple>"), pandoc.Str("."),
  }
end

local function label_caption(element, kind)
  local number = element.attributes.number
  element.attributes.number = nil
  if not number or SELF_NUMBERING then return end
  local label = pandoc.Strong(caption_label(kind, number))
  local blocks = element.caption.long
  blocks[1].content = pandoc.Inlines { label, pandoc.Space() } .. blocks[1].content
  element.caption.long = blocks
end

local function native_reference(identifier, word)
  if FORMAT == "typst" then
    local supplement = word and "" or ", supplement: none"
    -- The semicolon ends the call, so that a bracket after it is text.
    return pandoc.RawInline("typst", string.format("#ref(<%s>%s);", identifier, supplement))
  end
  local kind = word and word .. "~" or ""
  return pandoc.RawInline(
    "latex", string.format("\\hyperref[%s]{%s\\ref*{%s}}", identifier, kind, identifier))
end

local function print_reference(inline)
  if inline.format ~= "reference" then return nil end
  local bare, identifier = inline.text:match("^(%-?)(.+)$")
  local word = bare == "" and KINDS[identifier:match("^%l+")] or nil
  if SELF_NUMBERING then return native_reference(identifier, word) end
  local kind = word and word .. NBSP or ""
  return pandoc.Link(kind .. numbers[identifier], "#" .. identifier)
end

-- Pictures --------------------------------------------------------------------------------------

local function is_there(path)
  for _, folder in ipairs(PANDOC_STATE.resource_path) do
    local file = io.open(pandoc.path.join { folder, path }, "rb")
    if file then
      file:close()
      return true
    end
  end
  return false
end

local function picture(image)
  local _, extension = pandoc.path.split_extension(image.src)
  if extension == "" then image.src = image.src .. "." .. PICTURE[FORMAT] end
  if not is_there(image.src) then complain("there is no picture `%s`", image.src) end
  if stringify(image.caption) == "" then complain("picture `%s` has no `alt` text", image.src) end
  -- LaTeX and JATS only name their pictures, and the paper stands in a folder beside theirs.
  if FORMAT == "latex" or FORMAT == "jats" then image.src = "../" .. image.src end
  if FORMAT ~= "typst" then return image end
  local width = image.attributes.width
  return pandoc.RawInline("typst", string.format("#image(%s, alt: %s%s);",
    typst_string("/" .. image.src), typst_string(stringify(image.caption)),
    width and ", width: " .. width or ""))
end

-- Without `alt`, pandoc takes the caption for it: a reader who cannot see would hear it twice and
-- learn nothing of what is shown.
local function refuse_caption_as_alt(figure)
  local caption = stringify(figure.caption.long)
  figure.content:walk {
    Image = function(image)
      local alt = stringify(image.caption)
      if alt ~= "" and alt == caption then
        complain("figure `%s` has no `alt` text", figure.identifier)
      end
    end,
  }
end

-- A box of HTML that scrolls sideways where the screen is too narrow for what it holds. It can be
-- reached by keyboard, without which only a mouse or a finger could scroll it.
local function scrolling(blocks)
  return pandoc.Div(blocks, pandoc.Attr("", { "scroll" }, { tabindex = "0" }))
end

-- Tables ----------------------------------------------------------------------------------------

local function each_cell(tbl, visit)
  local number = 0
  local function visit_rows(rows, stretch)
    for _, row in ipairs(rows) do
      number = number + 1
      for column, cell in ipairs(row.cells) do
        visit(column, stringify(cell.contents), stretch, number, cell)
      end
    end
  end
  visit_rows(tbl.head.rows, BOLD)
  for _, body in ipairs(tbl.bodies) do visit_rows(body.body, 1) end
end

-- What each column holds, in characters: its longest cell, and its longest piece that cannot be
-- broken. Lines may break after a hyphen.
local function extents(tbl)
  local cells, pieces = {}, {}
  for column = 1, #tbl.colspecs do cells[column], pieces[column] = 1, 1 end
  each_cell(tbl, function(column, text, stretch)
    local length = utf8.len(text)
    cells[column] = math.max(cells[column], length)
    if length <= SHORT then pieces[column] = math.max(pieces[column], length * stretch) end
    for piece in text:gmatch("[^%s%-]+%-?") do
      pieces[column] = math.max(pieces[column], utf8.len(piece) * stretch)
    end
  end)
  return cells, pieces
end

local function total(list)
  local sum = 0
  for _, value in ipairs(list) do sum = sum + value end
  return sum
end

local function given_widths(tbl)
  local widths = pandoc.List()
  for part in tbl.attributes.widths:gmatch("[^,%s]+") do widths:insert(tonumber(part) or 0) end
  local usable = #widths == #tbl.colspecs
  for _, width in ipairs(widths) do usable = usable and width > 0 end
  if not usable then
    complain("table `%s`: `widths` must be %d positive numbers, got `%s`",
      tbl.identifier, #tbl.colspecs, tbl.attributes.widths)
    return nil
  end
  return widths
end

-- Each column gets its longest piece; then, character by character, the room that is left goes to
-- the column whose longest text needs the most lines.
local function fitted_widths(cells, pieces, line)
  local widths = {}
  for column, piece in ipairs(pieces) do widths[column] = piece + GAP end
  for _ = 1, line - total(widths) do
    local tallest, most = 1, 0
    for column, length in ipairs(cells) do
      local lines = length / (widths[column] - GAP)
      if lines > most then tallest, most = column, lines end
    end
    widths[tallest] = widths[tallest] + 1
  end
  return widths
end

local function printed_lines(tbl, widths, line)
  local sum = total(widths)
  local tallest = {} -- lines of each row's tallest cell
  each_cell(tbl, function(column, text, _, row)
    local fits = math.max(line * widths[column] / sum - GAP, 1)
    tallest[row] = math.max(tallest[row] or 1, math.ceil(utf8.len(text) / fits))
  end)
  local lines = 0
  for _, height in pairs(tallest) do lines = lines + height end
  return lines
end

local function set_widths(tbl, widths)
  local sum = widths and total(widths)
  for column, colspec in ipairs(tbl.colspecs) do
    -- Pandoc's own widths are dropped: it takes them from the dashes of the source wherever a
    -- line of the source, links included, is long.
    local alignment = colspec[1] == "AlignDefault" and "AlignLeft" or colspec[1]
    tbl.colspecs[column] = { alignment, widths and widths[column] / sum or nil }
  end
end

-- Browsers break lines after a hyphen too, and so a year such as 2017-18.
local function mark_short_cells(tbl)
  each_cell(tbl, function(_, text, _, _, cell)
    if utf8.len(text) <= SHORT and text:find("[%s%-]") then cell.classes:insert("short") end
  end)
end

local function set_for_typst(tbl, lines, is_wide)
  local blocks = pandoc.Blocks { tbl }
  if lines <= UNBROKEN_LINES then blocks = wrapped("#unbroken[", blocks, "]") end
  if is_wide then blocks = wrapped("#wide[", blocks, "]") end
  return blocks
end

local function lay_out_table(tbl)
  label_caption(tbl, "Table")
  local cells, pieces = extents(tbl)
  local fits = total(cells) + GAP * #cells <= LINE
  local is_wide = not fits and #cells >= MANY_COLUMNS
  -- Only the PDF lets a table leave the measure.
  local line = is_wide and FORMAT == "typst" and WIDE_LINE
    or FORMAT == "latex" and not is_wide and LATEX_LINE or LINE
  local widths = nil
  if tbl.attributes.widths then
    widths = given_widths(tbl)
  elseif not fits then
    widths = fitted_widths(cells, pieces, line)
  end
  tbl.attributes.widths = nil
  set_widths(tbl, widths)
  if FORMAT == "html" then
    mark_short_cells(tbl)
    return scrolling { tbl }
  elseif FORMAT == "typst" then
    return set_for_typst(tbl, printed_lines(tbl, widths or cells, line), is_wide)
  elseif FORMAT == "latex" and is_wide then
    return wrapped("\\begingroup\\renewcommand{\\tabletype}{\\scriptsize}", pandoc.Blocks { tbl },
      "\\endgroup")
  end
  return tbl
end

-- Appendix --------------------------------------------------------------------------------------

local function lay_out_entry(div)
  if div.identifier == "" then complain("an entry of the appendix has no identifier") end
  if FORMAT == "typst" then
    return wrapped("#entry[", div.content, "] <" .. div.identifier .. ">")
  end
  if FORMAT == "docx" then
    -- All lines but the last are kept with the next, so that no entry is split between columns.
    local last = #div.content
    for number, line in ipairs(div.content) do
      local style = number == 1 and "Entry" or number < last and "EntryLine" or "Compact"
      div.content[number] = pandoc.Div({ line }, { ["custom-style"] = style })
    end
  end
  if FORMAT == "latex" then return wrapped("\\begin{entry}", pandoc.Blocks { div }, "\\end{entry}") end
  return div
end

-- A section of Word ends with a paragraph that holds its layout: one before the entries ends the
-- single column, one after them the two columns.
local WORD_SECTION = [[<w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="20"
w:lineRule="exact"/><w:sectPr><w:footerReference w:type="default" r:id="rIdFooter"/>
<w:footnotePr><w:numRestart w:val="eachSect"/></w:footnotePr><w:type w:val="continuous"/>
<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1531" w:right="1588" w:bottom="1474" w:left="1588"
w:header="709" w:footer="709" w:gutter="0"/>%s</w:sectPr></w:pPr></w:p>]]
local TWO_COLUMNS = '<w:cols w:num="2" w:space="397"/>'

local function word_section(columns)
  return pandoc.RawBlock("openxml", string.format(WORD_SECTION, columns))
end

local function in_word_columns(blocks)
  return pandoc.Blocks { word_section("") } .. blocks .. { word_section(TWO_COLUMNS) }
end

local function lay_out_entries(div)
  if FORMAT == "typst" then return wrapped("#entries[", div.content, "]") end
  if FORMAT == "latex" then
    local opening = "\\begin{multicols}{2}\\raggedcolumns\\scriptsize\\setlength{\\parskip}{1pt}"
    return wrapped(opening, div.content, "\\end{multicols}")
  end
  if FORMAT == "docx" then return in_word_columns(div.content) end
  if FORMAT == "html" then return div end
  return div.content
end

-- Figures that stay where they are written, one below the other.
local function lay_out_plates(div)
  if FORMAT == "typst" then return wrapped("#plates[", div.content, "]") end
  if FORMAT == "latex" then
    return wrapped("\\begingroup\\floatplacement{figure}{H}", div.content, "\\endgroup")
  end
  return div.content
end

local function lay_out_div(div)
  if div.classes:includes("entry") then return lay_out_entry(div) end
  if div.classes:includes("entries") then return lay_out_entries(div) end
  if div.classes:includes("plates") then return lay_out_plates(div) end
end

-- Equations -------------------------------------------------------------------------------------

-- An accessible PDF needs words for each equation; its TeX source is what people read aloud.
local function spoken_equation(math)
  local typst = pandoc.write(pandoc.Pandoc { pandoc.Plain { math } }, "typst"):gsub("%s+$", "")
  return pandoc.RawInline("typst", string.format("#math.equation(alt: %s, block: %s, %s.body);",
    typst_string(math.text), tostring(math.mathtype == "DisplayMath"), typst))
end

-- A walk goes through the whole document, whatever it looks for: hence as few as can be. Within
-- one, the inlines come before the blocks.
local before_layout = {
  Figure = function(figure)
    refuse_caption_as_alt(figure)
    label_caption(figure, "Figure")
    if FORMAT == "html" then figure.content = { scrolling(figure.content) } end
    return figure
  end,
}
local layout = {
  RawInline = print_reference, Image = picture, Div = lay_out_div, Table = lay_out_table,
}
local equations = { Math = spoken_equation }

function Pandoc(doc)
  numbers = doc.meta.numbers
  doc.meta.numbers = nil
  doc.meta = title_block(doc.meta)
  doc = doc:walk(before_layout):walk(layout)
  if FORMAT == "typst" then doc = doc:walk(equations) end
  if #problems > 0 then error(table.concat(problems, "; "), 0) end
  return doc
end
