package report

// noFollow is nothing here: what is there and no regular file is refused before it is opened.
const noFollow = 0
