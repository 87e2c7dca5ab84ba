Gem::Specification.new do |s|
  s.name = 'mod'
  s.version = '1.0'
  s.summary = 'a module'
  s.authors = ['nobody']
  s.files = []
end
