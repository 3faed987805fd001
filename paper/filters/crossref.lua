-- Cross-references: numbers figures, tables and sections, turns `@fig-x`, `@tbl-x` and `@sec-x`
-- into links, and stops the conversion on any reference or link that leads nowhere.
--
-- Runs before citeproc: what is left of the citations is then a citation of the literature.
-- Typst and LaTeX number captions themselves, so they get their own kind of reference; the other
-- formats get the number as text, in the caption and in the reference.

local KINDS = { fig = "Figure", tbl = "Table", sec = "Section" }
local SELF_NUMBERING = FORMAT == "typst" or FORMAT == "latex"
local NBSP = "\u{a0}"

local problems = pandoc.List()
local targets = {} -- every identifier of the document
local numbers = {} -- identifier of a figure, table or section -> its number as text
local captioned = { fig = 0, tbl = 0 }
local sections = {} -- the counters of the section levels now open
local unnumbered_from = nil -- level of the unnumbered section we are in

local function complain(...)
  problems:insert(string.format(...))
end

local function kind_of(identifier)
  return KINDS[identifier:match("^(%l+)%-") or ""]
end

-- Collecting ------------------------------------------------------------------------------------

local function note_target(element)
  local identifier = element.identifier
  if identifier == "" then return end
  if targets[identifier] then complain("identifier `%s` is given twice", identifier) end
  targets[identifier] = true
end

-- Every captioned figure and table is counted, with an identifier or without, since Typst and
-- LaTeX count them all.
local function next_number(prefix, identifier)
  captioned[prefix] = captioned[prefix] + 1
  numbers[identifier] = tostring(captioned[prefix])
  return numbers[identifier]
end

local function section_number(level)
  for above = 1, level do sections[above] = sections[above] or 0 end
  for below = #sections, level + 1, -1 do sections[below] = nil end
  sections[level] = sections[level] + 1
  return table.concat(sections, ".")
end

-- A section below an unnumbered one is unnumbered too: the formats would not agree on its number.
local function number_section(header)
  if unnumbered_from and header.level <= unnumbered_from then unnumbered_from = nil end
  if unnumbered_from and not header.classes:includes("unnumbered") then
    header.classes:insert("unnumbered")
  end
  if header.classes:includes("unnumbered") then
    unnumbered_from = unnumbered_from or header.level
  else
    numbers[header.identifier] = section_number(header.level)
  end
  return header
end

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

local function label_caption(element, prefix)
  local number = next_number(prefix, element.identifier)
  if SELF_NUMBERING then return element end
  local label = pandoc.Strong(caption_label(KINDS[prefix], number))
  local blocks = element.caption.long
  blocks[1].content = pandoc.Inlines { label, pandoc.Space() } .. blocks[1].content
  element.caption.long = blocks
  return element
end

-- A header row is printed again on each page, and a target must be in one place.
local function refuse_targets_in_header(tbl)
  local function refuse(span)
    if span.identifier == "" then return end
    complain("table `%s`: the header row holds the link target `%s`; it may be repeated, so "
      .. "print this number in the body or in the caption", tbl.identifier, span.identifier)
  end
  for _, row in ipairs(tbl.head.rows) do
    for _, cell in ipairs(row.cells) do cell.contents:walk { Span = refuse } end
  end
end

local numbering = {
  traverse = "topdown",
  Header = number_section,
  Figure = function(figure) return label_caption(figure, "fig") end,
  Table = function(tbl)
    refuse_targets_in_header(tbl)
    if #tbl.caption.long > 0 then return label_caption(tbl, "tbl") end
  end,
}

local collecting = {
  traverse = "topdown",
  Header = note_target, Figure = note_target, Table = note_target, Div = note_target,
  CodeBlock = note_target, Span = note_target, Link = note_target, Image = note_target,
  Code = note_target,
}

-- Resolving -------------------------------------------------------------------------------------

local function native_reference(identifier, bare)
  if FORMAT == "typst" then
    local supplement = bare and ", supplement: none" or ""
    -- The semicolon ends the call, so that a bracket after it is text.
    return pandoc.RawInline("typst", string.format("#ref(<%s>%s);", identifier, supplement))
  end
  local word = bare and "" or kind_of(identifier) .. "~"
  return pandoc.RawInline(
    "latex", string.format("\\hyperref[%s]{%s\\ref*{%s}}", identifier, word, identifier))
end

local function reference(citation)
  local identifier = citation.id
  if not numbers[identifier] then
    local why = targets[identifier] and "has no number" or "is not in the document"
    complain("cross-reference `@%s`: `%s` %s", identifier, identifier, why)
    return pandoc.Str("?")
  end
  local bare = citation.mode == "SuppressAuthor"
  if SELF_NUMBERING then return native_reference(identifier, bare) end
  local word = bare and "" or kind_of(identifier) .. NBSP
  return pandoc.Link(word .. numbers[identifier], "#" .. identifier)
end

local function separator(position, count)
  if position == 1 then return {} end
  if position < count then return { pandoc.Str(","), pandoc.Space() } end
  return { pandoc.Space(), pandoc.Str("and"), pandoc.Space() }
end

local function resolve(cite)
  local inward = cite.citations:filter(function(citation) return kind_of(citation.id) end)
  if #inward == 0 then return nil end
  if #inward < #cite.citations then
    complain("`%s` mixes cross-references and citations: give each its own brackets",
      pandoc.utils.stringify(cite.content))
  end
  local result = pandoc.Inlines {}
  for position, citation in ipairs(inward) do
    result:extend(separator(position, #inward))
    result:extend(citation.prefix)
    if #citation.prefix > 0 then result:insert(pandoc.Space()) end
    result:insert(reference(citation))
    result:extend(citation.suffix)
  end
  return result
end

local function check_link(link)
  local identifier = link.target:match("^#(.+)$")
  if identifier and not targets[identifier] then
    complain("link `%s` leads to `#%s`, which is not in the document",
      pandoc.utils.stringify(link.content), identifier)
  end
end

function Pandoc(doc)
  doc:walk(collecting)
  doc.blocks = doc.blocks:walk(numbering)
  doc = doc:walk { Cite = resolve }
  doc:walk { Link = check_link }
  if #problems > 0 then error(table.concat(problems, "; "), 0) end
  return doc
end
