-- Cross-references: numbers figures, tables and sections, resolves `@fig-x`, `@tbl-x` and `@sec-x`,
-- and stops the conversion on any reference or link that leads nowhere.
--
-- Runs once for all formats, and before citeproc: what is left of the citations is then a citation
-- of the literature. How a number is printed depends on the format and is left to layout.lua: each
-- captioned figure and table carries its number as an attribute, each reference becomes a raw
-- inline `reference` that holds its target, and the number of each target is in the metadata.

local KINDS = { fig = true, tbl = true, sec = true }

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
local function number_caption(element, prefix)
  captioned[prefix] = captioned[prefix] + 1
  numbers[element.identifier] = tostring(captioned[prefix])
  element.attributes.number = numbers[element.identifier]
  return element
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

-- One walk for all: each walk goes through the whole document, whatever it looks for.
local numbering = {
  traverse = "topdown",
  Header = function(header)
    note_target(header)
    return number_section(header)
  end,
  Figure = function(figure)
    note_target(figure)
    return number_caption(figure, "fig")
  end,
  Table = function(tbl)
    note_target(tbl)
    refuse_targets_in_header(tbl)
    if #tbl.caption.long > 0 then return number_caption(tbl, "tbl") end
  end,
  Div = note_target, CodeBlock = note_target, Span = note_target, Link = note_target,
  Image = note_target, Code = note_target,
}

-- Resolving -------------------------------------------------------------------------------------

local function reference(citation)
  local identifier = citation.id
  if not numbers[identifier] then
    local why = targets[identifier] and "has no number" or "is not in the document"
    complain("cross-reference `@%s`: `%s` %s", identifier, identifier, why)
  end
  local bare = citation.mode == "SuppressAuthor" and "-" or ""
  return pandoc.RawInline("reference", bare .. identifier)
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
  doc = doc:walk(numbering)
  doc = doc:walk { Cite = resolve, Link = check_link }
  if #problems > 0 then error(table.concat(problems, "; "), 0) end
  doc.meta.numbers = numbers
  return doc
end
